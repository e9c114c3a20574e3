"""What stops in silence is found, and told with what to do: each fault is planted for real."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from peewee import PeeweeException

from cast import new_customer
from command import Bounds
from ebok import database
from ebok.billing.models import Import
from ebok.mail.models import Mail
from ebok.operation import operations_workers as workers
from ebok.operation.models import Beat
from ebok.server import heartbeat
from office import Office
from patience import HANG_SECONDS, ended, until
from smtp import MailServer
from visitor import PATIENT

AWAY = {"EBOK_BASE_URL": "https://ebok.example.pl", "EBOK_HEALTH_TOKEN": "t" * 30}
NOBODY = 65534


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of this test alone, that has not started; the tables are its own."""
    data = tmp_path / "data"
    data.mkdir()
    with MailServer() as post:
        office = Office(database_url, data, post, EBOK_ALERT_EMAILS="a@wodociagi.example")
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()
        if office.process:
            office.stop()


def ask(office: Office, path: str = "/readyz", **headers) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{office.port}{path}", headers=headers, **PATIENT)


def found(office: Office, name: str) -> dict:
    """What /readyz says of one thing."""
    checks = {each["name"]: each for each in ask(office).json()["checks"]}
    return checks[name]


def examined(office: Office, *checks: str, **bounds) -> dict[str, str]:
    """What `ebok doctor` says of each thing that is wrong, with what to do."""
    done = office.run("doctor", check=False, bounds=Bounds(checks=checks, **bounds))
    assert "Traceback" not in done.stderr, done.stderr
    told, name = {}, ""
    for line in done.stderr.splitlines():
        head, _, rest = line.partition(": ")
        if head in ("WRONG", "LOOK AT"):
            name, _, what = rest.partition(": ")
            told[name] = told.get(name, "") + what
        elif head == "  What to do":
            told[name] += f" | {rest}"
    assert all(" | " in each for name, each in told.items() if name != "alert"), told
    return told


def test_office_that_is_well_says_so(own_office):
    own_office.start()
    until(lambda: found(own_office, "worker")["state"] == "ok", own_office.process, own_office.log)
    answer = ask(own_office)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] in ("ok", "warn")
    states = {each["name"]: each["state"] for each in answer.json()["checks"]}
    quick = {"database", "worker", "mails", "disk", "clock"}
    assert {name for name, state in states.items() if state == "ok"} >= quick, answer.text
    assert ask(own_office, "/healthz").json()["status"] == "ok"
    told = examined(own_office)
    # The log of the tests lies in the folder, and not everybody keeps a clock.
    assert told.keys() <= {"ntp", "permissions"}, told


@pytest.mark.shows("P117")
def test_only_who_has_the_token_is_answered(own_office):
    """Behind a proxy every request comes from loopback."""
    own_office.environment |= AWAY
    own_office.start()
    for path in ("/healthz", "/readyz"):
        assert ask(own_office, path).status_code == 404
        for shown in ("Bearer x", "Bearer", "t" * 29, "Bearer " + "t" * 31):
            assert ask(own_office, path, Authorization=shown).status_code == 404
        answer = ask(own_office, path, Authorization="Bearer " + "t" * 30)
        assert answer.status_code in (200, 503), answer.text
        assert "office" in answer.json()
    assert "port" not in examined(own_office, "port")


def test_without_a_token_nobody_is_answered(own_office):
    own_office.environment |= AWAY | {"EBOK_HEALTH_TOKEN": ""}
    own_office.start()
    for shown in ("", "Bearer", "Bearer x"):
        assert ask(own_office, "/readyz", Authorization=shown).status_code == 404


@pytest.mark.shows("P115")
def test_worker_that_is_absent_or_stopped_is_missed(own_office):
    own_office.start("--no-worker")
    assert found(own_office, "worker")["state"] == "warn"
    Beat.note("worker")
    assert found(own_office, "worker")["state"] == "ok"
    Beat.update(seen_at=database.now() - timedelta(seconds=61)).execute()
    missed = found(own_office, "worker")
    assert missed["state"] == "fail"
    assert "ebok worker" in missed["todo"]
    assert ask(own_office).status_code == 503
    assert "No mail worker since" in examined(own_office, "worker")["worker"]


def test_worker_that_hangs_gives_no_sign_of_life(own_office):
    own_office.bounds = Bounds(beat_seconds=2)
    own_office.start()
    until(lambda: Beat.seen("worker"), own_office.process, own_office.log)
    worker = subprocess.run(
        ["pgrep", "-P", str(own_office.process.pid), "ebok worker"], capture_output=True, text=True
    )
    os.kill(int(worker.stdout), signal.SIGSTOP)
    try:
        seen = Beat.seen("worker")
        time.sleep(2.4)
        assert Beat.seen("worker") == seen
    finally:
        os.kill(int(worker.stdout), signal.SIGCONT)
    until(lambda: Beat.seen("worker") > seen, own_office.process, own_office.log)


class OneLook:
    """What tells the thread to stop, after one look at the worker."""

    def __init__(self):
        self.looks, self.waits = 0, []

    def is_set(self) -> bool:
        self.looks += 1
        return self.looks > 1

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.mark.usefixtures("own_office")
def test_worker_whose_mails_stand_still_gives_no_sign_of_life(monkeypatch):
    """It lives, and its loop goes round no more."""
    longest = workers.LONGEST_TURN_SECONDS
    monkeypatch.setattr(workers, "turned_tick", time.monotonic() - longest - 1)
    workers.beat(None, OneLook())
    assert Beat.seen("worker") is None
    workers.turn(None)
    look = OneLook()
    workers.beat(None, look)
    assert Beat.seen("worker") is not None
    assert look.waits == [15]


def test_worker_gives_systemd_a_sign_of_life(own_office, tmp_path):
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(HANG_SECONDS)
        settings = own_office.settings() | {"NOTIFY_SOCKET": str(tmp_path / "notify")}
        command = [sys.executable, "-m", "ebok", "worker"]
        worker = subprocess.Popen(command, env=settings, stderr=subprocess.DEVNULL)
        try:
            assert systemd.recv(100) == b"WATCHDOG=1"
        finally:
            ended(worker)


def waiting_mail(**columns) -> Mail:
    moment = database.now() - timedelta(minutes=11)
    row = {
        "message_id": f"<{time.monotonic_ns()}@wodociagi.example>",
        "letter": "password_changed",
        "recipient": "anna@poczta.example",
        "language": "pl",
        "subject_id": 1,
        "priority": 1,
        "created_at": moment,
        "due_at": moment,
        "expires_at": moment + timedelta(days=2),
    }
    return Mail.create(**row | columns)


@pytest.mark.shows("P115")
def test_mail_that_waits_too_long_is_told(own_office):
    mail = waiting_mail()
    told = examined(own_office, "mails")["mails"]
    assert "1 e-mails are waiting" in told
    assert "anna" not in told
    mail.change(tries=3, created_at=database.now() - timedelta(hours=2), fault="450 4.7.1")
    assert "450 4.7.1" in examined(own_office, "mails")["mails"]
    waiting_mail(sent_at=database.now())
    assert "mails" not in examined(own_office, "mails"), (
        "one recipient's server is no fault of ours"
    )


@pytest.mark.usefixtures("own_office")
def test_worker_is_not_ended_because_the_database_is_away(monkeypatch):
    """To start another would not bring it back, and may send the mail in hand twice."""
    beats = heartbeat.Heartbeat()
    monkeypatch.setattr(heartbeat, "_own", beats)
    monkeypatch.setattr(heartbeat, "MOST_MISSED", 1)
    database.database.execute_sql("DROP TABLE beat")
    with pytest.raises(PeeweeException):
        workers.beat(None, OneLook())
    assert not beats.has_stopped()
    assert beats.has_stopped()


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A disk of its own with so little room."""
    folder.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(made, capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.shows("P115")
@pytest.mark.parametrize(("megabytes", "words"), [(90, "is full"), (900, "nearly full")])
def test_disk_without_room_is_told(own_office, tmp_path, kind, megabytes, words):
    with small_disk(tmp_path / "disk", megabytes):
        own_office.data_dir = tmp_path / "disk"
        if kind == "sqlite":
            database.database.close_all()
            shutil.move(own_office.database_url.removeprefix("sqlite:///"), tmp_path / "disk" / "a")
            own_office.database_url = f"sqlite:///{tmp_path}/disk/a"
        told = examined(own_office, "disk")["disk"]
        assert words in told
        assert "Free some space" in told
        database.database.close_all()


@pytest.mark.shows("P115")
def test_inbox_that_cannot_be_read_or_is_blocked_is_told(own_office):
    inbox = own_office.data_dir / "inbox"
    inbox.symlink_to("/proc/1/nowhere")
    assert "inbox" not in examined(own_office, "inbox")
    inbox.unlink()
    inbox.write_text("no folder")
    assert "cannot be read" in examined(own_office, "inbox")["inbox"]
    inbox.unlink()
    inbox.mkdir()
    (inbox / "customers.csv").write_text("code;name")
    assert "inbox" not in examined(own_office, "inbox")
    late = {"settled": True, "late_seconds": 7200}
    assert "for more than an hour: 1" in examined(own_office, "inbox", **late)["inbox"]


@pytest.mark.shows("P115")
def test_database_that_cannot_be_written_is_told(own_office, kind, tmp_path):
    if kind == "postgres":
        name = own_office.database_url.rpartition("/")[2]
        read_only = f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'
        database.database.execute_sql(read_only)
        told = examined(own_office, "database")["database"]
        assert "read-only" in told
        return
    if os.geteuid():
        pytest.skip("needs another user")
    path = Path(own_office.database_url.removeprefix("sqlite:///"))
    database.database.close_all()
    own_office.data_dir.chmod(0o777)
    let_everybody_in(tmp_path)
    let_everybody_in(path.parent)
    path.chmod(0o644)
    told = examined(own_office, "database", user=NOBODY)["database"]
    assert "read-only" in told or "may not" in told
    assert "user that runs e-BOK" in told


def let_everybody_in(path: Path) -> None:
    """Open the tests' folders down to this one."""
    for folder in (path, *path.parents):
        if Path(tempfile.gettempdir()) in folder.parents:
            folder.chmod(0o755)


def test_database_that_is_away_is_told_and_the_process_still_answers(own_office, kind, tmp_path):
    own_office.start()
    if kind == "postgres":
        own_office.environment["EBOK_DATABASE_URL"] = "postgresql://ebok@127.0.0.1:9/none"
    else:
        own_office.environment["EBOK_DATABASE_URL"] = f"sqlite:///{tmp_path}/none/ebok.sqlite3"
    own_office.stop()
    told = examined(own_office)
    assert "database" in told
    assert "database_url" in told["database"]


@pytest.mark.dialect
def test_newer_database_is_told(own_office):
    database.database.execute_sql(
        "INSERT INTO schema_migration (name, applied, checksum)"
        " VALUES ('0999_of_the_future', '2026-11-30', '')"
    )
    assert "newer than this e-BOK" in examined(own_office, "database")["database"]


@pytest.mark.shows("P115")
@pytest.mark.dialect
def test_schema_that_was_changed_by_hand_is_told(own_office):
    database.database.execute_sql("DROP INDEX mail_waiting")
    database.database.execute_sql("ALTER TABLE customer ADD COLUMN notes TEXT")
    told = examined(own_office, "schema")["schema"]
    assert "mail_waiting" in told
    assert "notes" in told


@pytest.mark.shows("P115")
def test_damaged_pages_are_told(own_office, kind, request):
    for _ in range(300):
        new_customer()
    if kind == "sqlite":
        database.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.database.close_all()
        path = Path(own_office.database_url.removeprefix("sqlite:///"))
        with path.open("r+b") as file:
            last = path.stat().st_size // 4096
            for page in range(last - 6, last, 2):
                file.seek(page * 4096)
                file.write(b"\xff" * 200)
    else:
        damage_postgres(own_office, request.getfixturevalue("postgres"))
    told = examined(own_office, "pages")["pages"]
    assert "damaged" in told
    assert "restore the last backup" in told


def damage_postgres(office: Office, server) -> None:
    """Write over a page of the customers' table in its file, as a dying disk does."""
    name = office.database_url.rpartition("/")[2]
    asked = database.database.execute_sql("SELECT pg_relation_filepath('customer')")
    (where,) = asked.fetchone()
    database.database.close_all()
    server.execute("CHECKPOINT")
    # What the server keeps in memory of this database goes with its last connection and a copy.
    path = server.home / "data" / where
    with path.open("r+b") as file:
        file.seek(0)
        file.write(b"\xff" * 8192)
    server.execute(f'ALTER DATABASE "{name}" RENAME TO "{name}_x"')
    copied = server.create(name, f"{name}_x")
    assert copied == office.database_url
    server.drop(f"{name}_x")


@pytest.mark.shows("P115")
def test_clock_that_was_set_back_is_told(own_office):
    Beat.note("worker")
    Beat.update(seen_at=database.now() + timedelta(minutes=5)).execute()
    told = examined(own_office, "clock")["clock"]
    assert "seconds behind" in told
    assert "NTP" in told


@pytest.mark.shows("P115")
def test_stale_import_is_told(own_office):
    moment = database.now() - timedelta(days=5)
    times = dict.fromkeys(("started_at", "applied_at", "as_of_at"), moment)
    Import.create(source="night.zip", origin="inbox", new_count=0, changed_count=0, **times)
    assert "No import for 5 days" in examined(own_office, "imports")["imports"]


@pytest.mark.shows("P115")
def test_port_that_somebody_else_has_is_told(own_office):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", own_office.port))
        other.listen()
        told = examined(own_office, "port")["port"]
    assert "Another program, or another e-BOK" in told
    own_office.start()
    assert "port" not in examined(own_office, "port")
    own_office.environment["EBOK_SECRET_KEY"] = "another office, with another key " * 2
    assert "Another program, or another e-BOK" in examined(own_office, "port")["port"]


def test_answer_is_for_machines(own_office):
    own_office.start()
    answer = json.loads(ask(own_office).text)
    assert set(answer) == {"status", "version", "office", "checks"}
    assert all(set(each) == {"name", "state", "what", "todo"} for each in answer["checks"])
