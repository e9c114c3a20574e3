"""Cost of the gate: the same application by `ebok serve` and by granian's own WSGI.

WSGI binds a thread before the body has arrived, so it is not used (docs/decisions/0003).
"""

from collections.abc import Iterator
from dataclasses import replace

from bench.house import offices, served
from bench.load import Question, call
from bench.rounds import medians, rows
from bench.serving import (
    REQUESTS,
    SESSION,
    WRONG_CODE,
    asked,
    give_tries,
    headers_of,
    with_account,
)
from cast import new_customer, new_email
from office import Office
from visitor import PASSWORD, Visitor

NOTHING = Question(404, "GET", "/api/nothing")
INVOICES = Question(200, "GET", "/api/invoices")
QUESTIONS = {
    "GET /api/session": SESSION,
    "POST a wrong code": WRONG_CODE,
    "GET /api/invoices": INVOICES,
}


def compare() -> Iterator[str]:
    """A row of the table for each request."""
    for kind, office in offices(("SQLite",)):
        wsgi = served("ebok.app:create_app", office.settings(), NOTHING, "--factory")
        with office, wsgi as (port, pid):
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
        for what, question in QUESTIONS.items():
            question = replace(question, headers=headers)
            # Warm up: the first requests of a process are slower.
            for each in (office.port, port):
                call(each, REQUESTS // 10, question)
            taken = medians(
                asked(office.port, office.process.pid, REQUESTS, question),
                asked(port, pid, REQUESTS, question),
            )
            yield rows(f"{what}, beside WSGI", kind, taken, 0.6, REQUESTS)
