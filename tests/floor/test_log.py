"""Faults are named in the log, with the number of the request that the customer can quote."""

import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import cysqlite
import psycopg
import pytest
from peewee import PeeweeException

from cast import new_account, new_code, new_customer
from command import run_ebok
from ebok import database
from ebok.database.outages import named
from ebok.mail.models import Mail
from office import Office
from patience import until
from smtp import MailServer
from visitor import PASSWORD, Visitor

pytestmark = pytest.mark.dialect

LONGEST_LOCK_SECONDS = 9
NUMBER = r"[A-Z0-9]{4}-[A-Z0-9]{4}"


@pytest.fixture
def tables(database_url):
    """The house's tables, in a database of this test."""
    handle = database.connect(database_url)
    with database.connection():
        yield handle
    handle.close_all()


def name_of(act) -> str:
    with pytest.raises(PeeweeException) as caught:
        act()
    return named(caught.value)


def mend() -> None:
    with database.transaction():
        Mail.update(fault="").execute()


@contextmanager
def somebody_who_locks(kind: str, url: str):
    """Another program, in the middle of a change."""
    if kind == "sqlite":
        other = cysqlite.connect(url.removeprefix("sqlite:///"))
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(url)
        other.execute("LOCK TABLE mail")
    yield
    other.rollback()
    other.close()


@pytest.mark.shows("P118")
def test_lock_is_named_with_its_table(tables, kind, database_url):
    impatient = "PRAGMA busy_timeout = 50" if kind == "sqlite" else "SET lock_timeout = 50"
    tables.execute_sql(impatient)
    with somebody_who_locks(kind, database_url):
        told = name_of(lambda: Mail.update(fault="anna@poczta.example").execute())
    assert told == "fault='locked' table=mail class=OperationalError"


def test_visitor_waits_while_another_program_changes_something(office, kind):
    """For longer than SQLite's own five seconds, and for less than ours, which are ten."""
    if kind == "postgres":
        pytest.skip("nothing there locks the whole database")
    with ThreadPoolExecutor(1) as pool:
        until(lambda: waits_while_it_is_locked(office, kind, pool), office.process, office.log)


def waits_while_it_is_locked(office, kind: str, pool: ThreadPoolExecutor) -> bool:
    """Whether a visitor was answered; False where a busy machine kept the lock for too long."""
    with Visitor(office) as visitor:
        with somebody_who_locks(kind, office.database_url):
            locked_tick = time.monotonic()
            asked = pool.submit(visitor.start, new_code())
            time.sleep(6)
        is_in_time = time.monotonic() - locked_tick < LONGEST_LOCK_SECONDS
        return (is_in_time or not asked.exception()) and asked.result().status == 202


def test_database_that_takes_nothing_is_named(tables, kind):
    shut = "PRAGMA query_only = 1" if kind == "sqlite" else "SET default_transaction_read_only = on"
    tables.execute_sql(shut)
    told = name_of(lambda: Mail.update(fault="anna@poczta.example").execute())
    assert re.fullmatch(r"fault='read-only' table=mail class=\w+", told)


def test_disk_that_is_full_is_named(tables, kind, tmp_path, database_url):
    if kind == "postgres":
        tables.execute_sql("SET temp_file_limit = '1kB'")
        tables.execute_sql("SET work_mem = '64kB'")
        sort = "SELECT n FROM generate_series(1, 100000) AS mail(n) ORDER BY random()"
        assert "fault='disk is full'" in name_of(lambda: tables.execute_sql(sort).fetchall())
        return
    made = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(made, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    handle = database.connect(f"sqlite:///{tmp_path}/small.sqlite3")
    try:
        handle.execute_sql("CREATE TABLE mail (fault BLOB)")
        fill = "INSERT INTO mail VALUES (zeroblob(3000000))"
        told = name_of(lambda: handle.execute_sql(fill))
    finally:
        handle.close_all()
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
    assert told == "fault='disk is full' table=mail class=OperationalError"


@pytest.mark.parametrize(
    "url", ["postgresql://ebok:secret@127.0.0.1:9/none", "sqlite:////nowhere/at/all/ebok.sqlite3"]
)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("init",), ("fault='away'", "ebok doctor")),
        (("bounces",), ("does not answer",)),
        (("worker",), ("does not answer",)),
    ],
)
def test_command_whose_database_is_away_says_so_in_one_line(url, tmp_path, words, said):
    given = {"PATH": os.environ["PATH"], "EBOK_DATABASE_URL": url, "EBOK_DATA_DIR": str(tmp_path)}
    done = run_ebok(given, *words)
    assert done.returncode == 1
    assert all(each in done.stderr for each in said), done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.shows("P118")
def test_number_on_page_and_answer_leads_to_the_line_of_the_log(database_url, tmp_path):
    with MailServer() as post, Office(database_url, tmp_path, post) as office:
        database.connect(database_url)
        with database.connection(), Visitor(office) as anna:
            customer = new_customer()
            new_account(customer, PASSWORD)
            assert re.fullmatch(NUMBER, anna.get("/").headers["X-Request-Id"])
            anna.log_in(customer.code, PASSWORD)
            database.database.execute_sql("ALTER TABLE session RENAME TO session_of_old")
            answer = anna.http.get("/api/account", headers={"X-Request-Id": "from-a-stranger"})
            page = anna.http.get("/start")
        database.database.close_all()
        log = office.log()
    for failed, text in ((answer, answer.json()["detail"]), (page, page.text)):
        assert failed.status_code == 500
        number = failed.headers["X-Request-Id"]
        assert re.fullmatch(NUMBER, number)
        assert number in text
        (line,) = [line for line in log.splitlines() if f"request={number} " in line]
        assert "outcome=failed" in line
        assert "fault='schema differs' table=session" in line
    assert "from-a-stranger" not in log
    assert customer.code not in log
