"""Who looks after the processes: whatever dies is started again, and nothing stays behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import httpx
import pytest

from cast import new_account, new_customer
from ebok import database
from ebok.invoices.models import Invoice
from office import STARTED, Office, called, children, renderers
from patience import until
from smtp import MailServer
from visitor import PASSWORD, Visitor


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of this test alone, started as a machine starts it."""
    with MailServer() as post:
        office = Office(database_url, tmp_path, post)
        office.start(anew=True)
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()
        office.stop()


def test_web_process_that_dies_again_and_again_does_not_end_the_office(own_office):
    """Also not when all of them die at once, thrice within seconds."""
    for times in range(1, 4):
        for pid in web_processes(own_office):
            os.kill(pid, signal.SIGKILL)
        until(
            lambda times=times: own_office.log().count("outcome=died exit=-9") == 2 * times,
            own_office.process,
        )
        until(lambda: len(web_processes(own_office)) == 2, own_office.process)
    with Visitor(own_office) as visitor:
        until(lambda: answers(visitor), own_office.process)
        visitor.get("/api/session")


def answers(visitor: Visitor) -> bool:
    with suppress(httpx.TransportError):
        return visitor.http.get("/api/session").status_code == 200
    return False


def web_processes(office: Office) -> list[int]:
    return called(children(office.process.pid), "ebok web")


@pytest.mark.shows("V1.4.3")
def test_main_process_that_is_killed_leaves_no_orphans(own_office):
    customer = new_customer()
    new_account(customer, PASSWORD)
    with Visitor(own_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        public_id = Invoice.get(Invoice.number == customer.number).public_id
        visitor.get(f"/api/invoices/{public_id}/document.pdf")
    left = {*children(own_office.process.pid), *renderers(own_office)}
    assert len(left) >= 4
    own_office.process.kill()
    own_office.process.wait()
    until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in left))
    # And nothing of it keeps the next one from its port.
    own_office.start()


def test_two_offices_on_one_port_refuse_each_other_in_words(own_office, tmp_path):
    done = own_office.run("serve", check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"127.0.0.1:{own_office.port} is in use" in line
    with Visitor(own_office) as visitor:
        for _ in range(4):
            visitor.get("/api/session")


def test_port_of_another_program_is_refused_in_words(database_url, tmp_path):
    with MailServer() as post, socket.create_server(("127.0.0.1", 0)) as other:
        office = Office(database_url, tmp_path, post)
        office.port = other.getsockname()[1]
        done = office.run("serve", check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "is in use" in done.stderr


def test_office_waits_for_a_database_that_starts_later(tmp_path, postgres):
    name = f"later_{os.getpid()}_{time.monotonic_ns()}"
    url = postgres.create(name, "migrated")
    postgres.drop(name)
    with MailServer() as post:
        office = Office(url, tmp_path, post)
        log = (tmp_path / "log").open("ab")
        command = [sys.executable, "-m", "ebok", "serve"]
        office.process = subprocess.Popen(command, env=office.settings(), stdout=log, stderr=log)
        until(lambda: "does not answer yet" in office.log(), office.process)
        assert "Traceback" not in office.log()
        postgres.create(name, "migrated")
        until(lambda: office.log().count(STARTED) == 2, office.process, office.log)
        assert office.stop() == 0
