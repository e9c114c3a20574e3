"""What the gate costs: the same application by `ebok serve`, and by granian's own WSGI.

WSGI binds a thread before the body is there, which is why it is not used (docs/decisions/0003).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bench.house import offices
from bench.load import Question, call, wait_for
from bench.rounds import medians, rows
from bench.serving import (
    REQUESTS,
    SESSION,
    WRONG_CODE,
    _asked,
    _give_tries,
    _headers,
    _with_account,
)
from cast import new_customer, new_email
from office import WEB_PROCESSES, Office, free_port
from visitor import PASSWORD, Visitor

INVOICES = Question(200, "GET", "/api/invoices")
QUESTIONS = {
    "GET /api/session": SESSION,
    "POST a wrong code": WRONG_CODE,
    "GET /api/invoices": INVOICES,
}


def compare() -> Iterator[str]:
    """A row of the table for each question."""
    for kind, office in offices(("SQLite",)):
        with office, _by_wsgi(office) as (port, pid):
            yield from _rates(office, port, pid, kind)


@contextmanager
def _by_wsgi(office: Office) -> Iterator[tuple[int, int]]:
    """The port and the process of the application by WSGI, once it answers."""
    port = free_port()
    command = f"{sys.executable} -m granian --interface wsgi --factory --port {port} --no-ws"
    command += (
        f" --workers {WEB_PROCESSES} --blocking-threads 2 --log-level error ebok.app:create_app"
    )
    environment = os.environ | office.settings()
    process = subprocess.Popen(command.split(), env=environment)
    try:
        for _ in range(WEB_PROCESSES * 4):
            wait_for(port, Question(404, "GET", "/api/nothing"))
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _rates(office: Office, port: int, pid: int, kind: str) -> Iterator[str]:
    code = _with_account()
    with Visitor(office) as visitor:
        visitor.log_in(code, PASSWORD)
        email = new_email()
        visitor.start(new_customer().code, email)
        office.mail_to(email)
        _give_tries()
        headers = _headers(visitor)
        for what, question in QUESTIONS.items():
            question = replace(question, headers=headers)
            # The first ones of each process are slower.
            for asked in (office.port, port):
                call(asked, REQUESTS // 10, question)
            taken = medians(
                _asked(office.port, office.process.pid, REQUESTS, question),
                _asked(port, pid, REQUESTS, question),
            )
            yield rows(f"{what}, beside WSGI", kind, taken, 0.6, REQUESTS)
