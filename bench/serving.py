"""`ebok serve` compared with bare views on the same server, processes and threads."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bench.house import memory, offices, processor, served
from bench.load import Question, call
from bench.rounds import Contestant, goal, medians, rows
from cast import new_customer, new_email
from ebok import database
from ebok.accounts import operations_passwords as passwords
from ebok.accounts.models import Account
from ebok.registration.models import Registration
from office import SECRET, WEB_PROCESSES, Office
from visitor import PASSWORD, Visitor

REQUESTS, LOGINS, WARM = int(os.environ.get("BENCH_REQUESTS", "2000")), 100, 10_000
GOALS = {"GET /api/session": 0.8, "POST a wrong code": 0.6}
SESSION = Question(200, "GET", "/api/session")
WRONG_CODE = Question(422, "POST", "/api/registration/code", '{"code":"000000"}')


def compare() -> Iterator[str]:
    """The table's rows for each database."""
    for kind, office in offices():
        environment = {"BARE_DATABASE": office.database_url, "BARE_SECRET": SECRET}
        bare = served("bench.bare:app", environment, Question(404, "GET", "/nothing"))
        with office, bare as (port, pid):
            yield from _rates(office, port, pid, kind)


def _rates(office: Office, port: int, pid: int, kind: str) -> Iterator[str]:
    code = with_account()
    with Visitor(office) as visitor:
        visitor.log_in(code, PASSWORD)
        email = new_email()
        visitor.start(new_customer().code, email)
        office.mail_to(email)
        give_tries()
        headers = headers_of(visitor)
        login = json.dumps({"customer_code": code, "password": PASSWORD})
        yield _logins(office, kind, Question(201, "POST", "/api/session", login, headers))
        session, wrong = (replace(question, headers=headers) for question in (SESSION, WRONG_CODE))
        for what, question in (("GET /api/session", session), ("POST a wrong code", wrong)):
            taken = medians(
                asked(office.port, office.process.pid, REQUESTS, question),
                asked(port, pid, REQUESTS, question),
            )
            yield rows(what, kind, taken, GOALS[what], REQUESTS)
        call(office.port, WARM, session)
    held = memory(office.process.pid)
    yield goal(f"memory of all processes after {WARM} requests", kind, held, 150, "MB")


def asked(port: int, pid: int, count: int, question: Question) -> Contestant:
    return Contestant(lambda: call(port, count, question), partial(processor, pid))


def _logins(office: Office, kind: str, question: Question) -> str:
    ours = asked(office.port, office.process.pid, LOGINS, question)
    taken = medians(ours, Contestant(_verify))
    beside = (taken[0].processor - taken[1].processor) / LOGINS * 1000
    return "\n".join(
        (
            rows("logins (bare: argon2id alone)", kind, taken, 0.92, LOGINS),
            goal("login beside its hash: processor", kind, beside, 2, "ms"),
        )
    )


def _verify() -> None:
    """Compute as many hashes as logins, on as many cores."""
    kept = passwords.hash_password(PASSWORD)
    with ThreadPoolExecutor(WEB_PROCESSES) as pool:
        assert all(pool.map(lambda _: passwords.HASHER.verify(kept, PASSWORD), range(LOGINS)))


def with_account() -> str:
    """The code of a new customer with an account and the tests' password."""
    with database.connection():
        code = new_customer().code
        Account.create(
            customer=code,
            email="anna@poczta.example",
            kind="person",
            language="pl",
            opened_at=database.now(),
            password_hash=passwords.hash_password(PASSWORD),
            must_change_password=False,
        )
    return code


def give_tries() -> None:
    """Allow a million attempts, so that a wrong code never becomes void."""
    until = database.now() + timedelta(hours=1)
    with database.connection():
        Registration.update(code_attempts_left=1_000_000, code_expires_at=until).execute()


def headers_of(visitor: Visitor) -> dict[str, str]:
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items()),
        "X-CSRFToken": visitor.token,
        "X-Forwarded-For": visitor.source,
        "Content-Type": "application/json",
    }
