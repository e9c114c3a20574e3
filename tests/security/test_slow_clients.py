"""A thousand who are slow: with their headers, their body, or in reading what they are told.

Who is slow waits alone: a customer registers meanwhile, and each of the thousand is hung up on.
"""

import json
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cast import new_account, new_customer
from command import Bounds
from documents.papers import give
from ebok import database
from ebok.invoices.models import Invoice
from office import WEB_PROCESSES, Office, children, read_proc
from patience import until
from proxies import PROXIES, behind, is_here
from smtp import MailServer
from visitor import PASSWORD, Visitor

SLOW = 1000
MEGABYTE = 1_000_000
ESTABLISHED, CLOSE_WAIT = "01", "08"
"""As /proc/net/tcp writes them."""
HEAD = "POST /api/session HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
BODY = HEAD + "Content-Length: 900\r\n\r\n{{"
MANNERS = {
    "nothing": "",
    "headers": HEAD,
    "body": BODY,
    "chunks": HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n",
    "kept": "GET /api/captcha/x HTTP/1.1\r\nHost: {host}\r\n\r\n",
}


@pytest.fixture(scope="module", autouse=True)
def files():
    """Room for the connections of a thousand."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))


@contextmanager
def crowd(address: str, manners: dict[str, str], thimble: int = 0, count: int = SLOW):
    """So many connections to this address, each with the manner in which it is slow."""
    place = urlsplit(address)
    lines = {}
    try:
        for number in range(count):
            line = socket.socket()
            if thimble:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, thimble)
            line.connect(("127.0.0.1", place.port))
            if place.scheme == "https":
                line = CARELESS.wrap_socket(line, server_hostname=place.hostname)
            lines[line] = list(manners)[number % len(manners)]
            line.sendall(manners[lines[line]].format(host=place.netloc).encode())
        yield lines
    finally:
        for line in lines:
            line.close()


CARELESS = ssl.create_default_context()
CARELESS.check_hostname, CARELESS.verify_mode = False, ssl.CERT_NONE


def still_open(lines: dict[socket.socket, str]) -> Counter[str]:
    """How many of each manner nobody has hung up on yet."""
    found = Counter()
    for line, manner in lines.items():
        line.setblocking(False)
        try:
            while line.recv(65536):
                pass
        except (BlockingIOError, ssl.SSLWantReadError):
            found[manner] += 1
        except OSError:
            pass
    return found


def until_hung_up(lines: dict[socket.socket, str], office: Office) -> None:
    """Wait until nobody's connection is open any more."""
    until(lambda: not still_open(lines), office.process, lambda: still_open(lines))


@pytest.fixture
def brisk_office(database_url, tmp_path):
    """An office that waits a second or two; tests would else wait as long as it does."""
    with brisk(database_url, tmp_path, Bounds(part_seconds=2)) as office:
        yield office


@contextmanager
def brisk(database_url: str, home: Path, bounds: Bounds):
    """The same, within these bounds."""
    patience = {"EBOK_REQUEST_SECONDS": "2", "EBOK_IDLE_SECONDS": "3"}
    office = Office(database_url, home, post := MailServer(), **patience)
    office.bounds = bounds
    with post, office:
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


@pytest.mark.shows("P95", "T10.1", "V15.2.2")
def test_customer_registers_while_a_thousand_are_slow_and_each_is_hung_up_on(brisk_office):
    customer = new_customer()
    with crowd(brisk_office.base_url, MANNERS) as lines, Visitor(brisk_office) as visitor:
        visitor.open_account(customer)
        until_hung_up(lines, brisk_office)
    assert "died" not in brisk_office.log()


@pytest.mark.shows("T10.1")
def test_each_is_hung_up_on_though_connections_are_looked_after_late(brisk_office):
    """The thread that answered must not keep what it answered, and the connection with it."""
    slow = {"chunks": MANNERS["chunks"]}
    with connections_are_late(brisk_office), crowd(brisk_office.base_url, slow, count=16) as lines:
        for line in lines:
            assert line.recv(12) == b"HTTP/1.1 408"
        until_hung_up(lines, brisk_office)


@pytest.mark.shows("T10.1")
def test_who_stops_in_the_middle_of_a_bundle_is_told_and_hung_up_on(database_url, tmp_path):
    """In words: it is no fault of ours, and what is kept of a request keeps no connection.

    The application's request refers to itself, and is kept until the collector comes: here, never.
    """
    bounds = Bounds(part_seconds=2, collects=False)
    with brisk(database_url, tmp_path, bounds) as office:
        stop_in_the_middle_of_a_bundle(office)


def stop_in_the_middle_of_a_bundle(brisk_office: Office) -> None:
    """Four times at once, each on a connection of its own."""
    key = brisk_office.run("keys", "make", "billing", "--clerk", "Dorota K.").stdout.strip()
    head = "PUT /api/billing/bundles/night.zip HTTP/1.1\r\nHost: {host}\r\n"
    slow = {"told": f"{head}Authorization: Bearer {key}\r\nContent-Length: 1000\r\n\r\nx"}
    with connections_are_late(brisk_office), crowd(brisk_office.base_url, slow, count=4) as lines:
        # A process that takes a bundle already refuses the next at once.
        answers = {line.recv(12) for line in lines}
        assert b"HTTP/1.1 400" in answers <= {b"HTTP/1.1 400", b"HTTP/1.1 503"}
        until_hung_up(lines, brisk_office)


@contextmanager
def connections_are_late(office: Office):
    """What granian does by itself waits for one core, behind a program that never stops."""
    core = min(os.sched_getaffinity(0))
    # One that does something in the moment of the look waits for nothing.
    both = until(lambda: granian_threads(office), office.process, office.log)
    for thread in both:
        os.sched_setaffinity(thread, {core})
        os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
    program = f"import os; os.sched_setaffinity(0, {{{core}}})\nwhile True: pass"
    busy = subprocess.Popen([sys.executable, "-c", program])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


def granian_threads(office: Office) -> list[int]:
    """Those that wait for connections, if all do: Python's own loop has its process's number."""
    tasks = [task for place in web(office) for task in (place / "task").iterdir()]
    names = {task: read_proc(task / "comm") for task in tasks}
    found = [
        int(task.name)
        for task in tasks
        if names[task].startswith("ebok web")
        and task.name != task.parents[1].name
        and "poll" in (task / "wchan").read_text()
    ]
    return found if len(found) == WEB_PROCESSES else []


def test_as_many_wait_to_be_taken_as_a_process_may_keep(brisk_office):
    """Both processes stand still meanwhile; each would hear a thousand in vain."""
    wanted = WEB_PROCESSES * SLOW * 3 // 2
    if int(Path("/proc/sys/net/core/somaxconn").read_text()) < wanted:
        pytest.skip("the system lets fewer wait")
    stopped = [int(place.name) for place in web(brisk_office)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        with crowd(brisk_office.base_url, {"kept": MANNERS["kept"]}, count=wanted) as lines:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
            assert all(line.recv(12) == b"HTTP/1.1 404" for line in lines)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def test_slow_body_is_told_that_it_was_too_slow(brisk_office):
    place = urlsplit(brisk_office.base_url)
    with socket.create_connection(("127.0.0.1", place.port)) as line:
        line.sendall(BODY.format(host=place.netloc).encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower().splitlines()
    assert json.loads(body)["code"] == "too-slow"


@pytest.mark.shows("P95", "T10.1")
@pytest.mark.parametrize("proxy", PROXIES)
def test_customer_registers_behind_a_proxy_while_a_thousand_are_slow(
    proxy, tmp_path, migrated_sqlite
):
    if not is_here(proxy):
        pytest.skip(f"{proxy} is not installed: see tests/prepare.sh")
    url = f"sqlite:///{tmp_path / 'ebok.sqlite3'}"
    (tmp_path / "ebok.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    with MailServer() as post, behind(proxy, Office(url, tmp_path, post), tmp_path) as front:
        database.connect(url)
        database.database.connect(reuse_if_open=True)
        with crowd(front.address, MANNERS):
            front.visitor().open_account(new_customer())
        database.database.close_all()


@pytest.mark.shows("P96", "T10.2")
def test_thousand_who_read_slowly_hold_no_thread_and_are_hung_up_on(brisk_office):
    customer = new_customer()
    new_account(customer, PASSWORD)
    invoice = Invoice.get(Invoice.number == customer.number)
    give(brisk_office.data_dir, invoice, "pdf", b"%PDF" + os.urandom(MEGABYTE))
    with Visitor(brisk_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        path = f"/api/invoices/{invoice.public_id}/document.pdf"
        cookie = f"ebok_session={visitor.http.cookies['ebok_session']}"
        asked = f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\nCookie: {cookie}\r\n\r\n"
        before = private_memory(brisk_office)
        with crowd(brisk_office.base_url, {"reading": asked}, thimble=4096) as lines:
            assert all(line.recv(1) == b"H" for line in lines)
            visitor.get("/api/account")
            # The bytes that nobody reads lie on the disk.
            assert private_memory(brisk_office) - before < SLOW * MEGABYTE // 2
            until(
                lambda: connections(brisk_office) < SLOW // 10,
                brisk_office.process,
                lambda: f"{connections(brisk_office)} connections",
            )


@pytest.mark.shows("T10.2")
def test_who_takes_nothing_of_a_long_answer_is_hung_up_on(brisk_office):
    """Longer than what the system takes from the server to send by itself."""
    customer = new_customer()
    new_account(customer, PASSWORD)
    invoice = Invoice.get(Invoice.number == customer.number)
    most = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])
    give(brisk_office.data_dir, invoice, "pdf", b"%PDF" + bytes(2 * most))
    with Visitor(brisk_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        cookie = f"ebok_session={visitor.http.cookies['ebok_session']}"
    path = f"/api/invoices/{invoice.public_id}/document.pdf"
    asked = f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\nCookie: {cookie}\r\n\r\n"
    before = connections(brisk_office)
    with crowd(brisk_office.base_url, {"reading": asked}, thimble=4096, count=20) as lines:
        assert all(line.recv(1) == b"H" for line in lines)
        until(
            lambda: connections(brisk_office) <= before,
            brisk_office.process,
            lambda: f"{connections(brisk_office)} connections, before {before}",
        )


def web(office: Office) -> list[Path]:
    """Where the system tells of each of its processes but the first."""
    return [Path(f"/proc/{pid}") for pid in children(office.process.pid)]


def connections(office: Office) -> int:
    """How many connections to its port it has not hung up on.

    Those to its database are none of these: their number is the pool's doing.
    """
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = [state for _, here, _, state, *_ in rows if here.endswith(f":{office.port:04X}")]
    return sum(ours.count(state) for state in (ESTABLISHED, CLOSE_WAIT))


def private_memory(office: Office) -> int:
    """What its processes hold and share with nobody, in bytes."""
    rollups = [read_proc(place / "smaps_rollup") for place in web(office)]
    kilobytes = [re.findall(r"^Private_\w+: +(\d+)", text, re.M) for text in rollups]
    return sum(int(each) * 1024 for text in kilobytes for each in text)
