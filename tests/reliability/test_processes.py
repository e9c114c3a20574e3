"""Processes: started twice at once, stopped in order, killed in the middle."""

import os
import re
import signal
import sqlite3
import subprocess
import time

import psycopg
import pytest

from cast import add_invoice, new_account, new_code, new_customer, new_email
from command import start_ebok
from documents.papers import give
from ebok import database
from ebok.database.migrate import SCRIPTS
from ebok.documents.operations_store import path_of
from ebok.invoices.models import Invoice
from office import Office, children, renderers
from patience import HANG_SECONDS, until
from smtp import MailServer
from visitor import PASSWORD, Visitor, temporary_password


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of this test alone."""
    with MailServer() as post, Office(database_url, tmp_path, post) as office:
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


@pytest.fixture
def mortal_office(kind, start):
    """An office whose processes these tests end; it runs again when a test begins."""
    office = start(kind, name="mortal")
    if office.process.poll() is not None:
        office.start()
    database.connect(office.database_url)
    database.database.connect(reuse_if_open=True)
    yield office
    database.database.close_all()


@pytest.fixture
def empty_url(kind, request, tmp_path) -> str:
    """A database without tables."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return request.getfixturevalue("postgres").create(f"empty_{os.getpid()}_{time.monotonic_ns()}")


@pytest.mark.dialect
def test_init_is_safe_when_started_four_times_at_once(empty_url, tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "EBOK_DATABASE_URL": empty_url,
        "EBOK_DATA_DIR": str(tmp_path),
    }

    files = [{"out": tmp_path / f"out{n}", "err": tmp_path / f"err{n}"} for n in range(4)]
    running = [start_ebok(environment, "init", **each) for each in files]
    ended = [each.wait(HANG_SECONDS) for each in running]
    assert ended == [0] * 4, [each["err"].read_text() for each in files]
    first, *others = sorted(each["out"].read_text().strip() for each in files)
    assert first.splitlines() == [f"applied {path.stem}" for path in sorted(SCRIPTS.glob("0*.py"))]
    assert others == ["up to date"] * 3


@pytest.mark.dialect
def test_serving_a_database_that_is_not_up_to_date_is_refused(empty_url, tmp_path):
    with MailServer() as post:
        office = Office(empty_url, tmp_path, post)
        done = office.run("serve", check=False)
    assert done.returncode == 1
    assert "ebok init" in done.stderr


@pytest.mark.dialect
def test_counters_and_registration_survive_a_kill(mortal_office):
    with Visitor(mortal_office) as visitor:
        email = new_email()
        visitor.start(new_code(), email)
        code = mortal_office.mail_to(email).code
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        for _ in range(4):
            visitor.post("/api/registration/code", 422, "wrong-code", code_=wrong)
        children = subprocess.run(
            ["pgrep", "-P", str(mortal_office.process.pid)], capture_output=True, text=True
        ).stdout.split()
        mortal_office.process.kill()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        mortal_office.process.wait()
        mortal_office.start()
        visitor.post("/api/registration/code", 410, "code-void", code_=wrong)


@pytest.mark.shows("V16.5.2")
def test_connections_that_the_database_dropped_are_replaced(kind, mortal_office, request):
    if kind != "postgres":
        pytest.skip("SQLite has no connections to drop")
    with Visitor(mortal_office) as visitor:
        for _ in range(8):
            visitor.get("/api/registration", 404)
        name = mortal_office.database_url.rpartition("/")[2]
        request.getfixturevalue("postgres").execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        time.sleep(database.SECONDS_WITHOUT_DOUBT + 0.2)
        for _ in range(8):
            visitor.get("/api/registration", 404)


def test_mail_worker_that_dies_is_started_again(mortal_office):
    os.kill(until(lambda: mail_worker(mortal_office), mortal_office.process), signal.SIGKILL)
    with Visitor(mortal_office) as visitor:
        email = new_email()
        visitor.start(new_code(), email)
        mortal_office.mail_to(email)


def mail_worker(office: Office) -> int:
    """The process that sends the mails; 0 as long as there is none."""
    found = subprocess.run(
        ["pgrep", "-P", str(office.process.pid), "ebok worker"], capture_output=True, text=True
    )
    return int(found.stdout or 0)


@pytest.mark.shows("V16.2.5")
def test_no_secret_lies_anywhere_in_the_database_or_the_logs(own_office):
    """After a whole registration: codes, tokens and passwords are looked for in every table."""
    owner = new_email()
    customer = new_customer("Zenobia Szczebrzeszyńska", email=owner)
    with Visitor(own_office) as visitor:
        email = visitor.open_account(customer)
        visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
        own_office.mail_to(email, "/nowe-haslo#")
        own_office.mail_to(owner)
        cookie = visitor.http.cookies["ebok_session"]
    mails = own_office.mails_to(email) + own_office.mails_to(owner)
    secrets = {mails[0].code, temporary_password(mails[1]), "Kasztan-przy-rynku-7", cookie}
    secrets |= {token for mail in mails for token in re.findall(r"#([\w-]{43})", mail.text)}
    assert len(secrets) == 7
    dumped = dump(own_office.database_url)
    assert customer.code in dumped
    log = own_office.log()
    for secret in secrets:
        assert secret not in dumped
        assert secret not in log
    for personal in (email, owner, customer.code, "Szczebrzeszyńska", "600000123", "600 000 123"):
        assert personal not in log, personal


def dump(url: str) -> str:
    """Every value of every table, as text."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return "\n".join(connection.iterdump())
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return "\n".join(
            str(row)
            for (table,) in tables
            for row in connection.execute(f'SELECT * FROM "{table}"')
        )


def test_doctor_finds_what_is_wrong(own_office):
    assert "all well" in own_office.run("doctor").stdout
    own_office.environment["EBOK_MAIL_CA_FILE"] = ""
    done = own_office.run("doctor", check=False)
    assert done.returncode == 1
    assert "mail_server" in done.stderr
    own_office.environment["EBOK_PORT"] = "none"
    done = own_office.run("doctor", check=False)
    assert done.returncode == 78
    assert "port" in done.stderr
    del own_office.environment["EBOK_PORT"], own_office.environment["EBOK_MAIL_CA_FILE"]


@pytest.mark.shows("T12.5")
def test_renderer_that_dies_is_replaced_and_takes_no_web_process_along(mortal_office):
    customer = new_customer()
    new_account(customer, PASSWORD)
    web = children(mortal_office.process.pid)
    with Visitor(mortal_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        papers = [add_invoice(customer.code, customer.name).public_id for _ in range(2)]
        visitor.get(f"/api/invoices/{papers[0]}/document.pdf")
        first = renderers(mortal_office)
        assert first
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        visitor.get(f"/api/invoices/{papers[1]}/document.pdf")
        assert not first.keys() & renderers(mortal_office).keys()
    assert children(mortal_office.process.pid) == web


@pytest.mark.shows("V1.4.3")
def test_renderers_end_with_their_installation(mortal_office):
    customer = new_customer()
    new_account(customer, PASSWORD)
    with Visitor(mortal_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        public_id = Invoice.get(Invoice.number == customer.number).public_id
        visitor.get(f"/api/invoices/{public_id}/document.pdf")
    left = set(renderers(mortal_office))
    assert left
    mortal_office.stop()
    until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in left))


def test_stopping_ends_every_process_with_exit_code_0(mortal_office):
    assert mortal_office.stop() == 0


def test_two_signals_at_once_stop_it_too(mortal_office):
    for _ in range(3):
        mortal_office.process.send_signal(signal.SIGTERM)
        time.sleep(0.002)
    assert mortal_office.process.wait(HANG_SECONDS) == 0


def test_doctor_and_verify_find_a_lost_and_a_changed_document(own_office):
    invoice = Invoice.get(Invoice.number == new_customer().number)
    document = give(own_office.data_dir, invoice, "pdf", b"%PDF")
    path = path_of(document.sha256, own_office.data_dir)
    assert "printing: PDFs can be made with the right fonts" in own_office.run("doctor").stdout
    assert "1 documents, 0 lost" in own_office.run("documents", "verify").stdout
    path.write_bytes(b"%PdF")
    changed = own_office.run("documents", "verify", check=False)
    assert changed.returncode == 1
    assert f"{invoice.number} (pdf): its bytes have changed" in changed.stderr
    path.unlink()
    done = own_office.run("doctor", check=False)
    assert f"1 file is missing, of invoice {invoice.number}" in done.stderr
