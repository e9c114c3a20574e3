"""Attacks on the audit log by who can write to the database, or gives a clerk's name."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from cast import new_account, new_customer
from command import Bounds
from ebok import audit, settings
from ebok.actor import SYSTEM, customer, staff
from ebok.app import create_core
from ebok.audit import AuditRow, chain, head
from ebok.audit.events import Event
from ebok.audit.letters import audit_head
from ebok.cli_context import row as line
from ebok.database import now
from ebok.mail.models import Mail
from office import SECRET
from unguarded import unguarded
from visitor import PASSWORD

pytestmark = pytest.mark.dialect

ANNA = customer(1)
OTHER_KEY = "another-key-of-this-office-3vXh0Zq8Lr2Tn5Wb7Yc1"


@pytest.fixture
def desk(office):
    """The office's own code, beside its processes."""
    with create_core(settings.load(office.settings())).app_context():
        yield


@pytest.fixture
def forged(desk, visitor):
    """A log with some deeds, without its triggers."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    visitor.delete("/api/session")
    with unguarded():
        yield


def found(office) -> str:
    """What `ebok audit verify` says."""
    told = office.run("audit", "verify", check=False)
    assert (told.returncode == 0) == ("unbroken" in told.stdout)
    return told.stderr or told.stdout


def examined(office) -> str:
    """What `ebok doctor` says of the log."""
    told = office.run("doctor", check=False, bounds=Bounds(checks=("audit",))).stderr
    return "\n".join(line for line in told.splitlines() if " audit: " in line)


def test_new_log_says_where_it_begins_and_that_nothing_is_older(office, desk):
    first = AuditRow.select().order_by(AuditRow.id).first()
    assert (first.id, first.actor, first.did) == (1, "system", "log begun")
    assert first.detail == f"key={chain.fingerprint(SECRET)} before=0 seal="
    assert "unbroken" in found(office)
    assert examined(office) == ""


def blank(number: int, **more) -> None:
    told = {"at": "2025-01-01 00:00:00", "who": "customer", "did": "consent given", "whom": "39-1"}
    AuditRow.insert(id=number, **told, **more).execute()


FORGERIES = {
    "a row below the beginning": lambda _last: blank(0),
    "a row far below the beginning": lambda _last: blank(-5),
    "a row below it that has a kind": lambda _last: blank(-5, actor="customer", chain="f" * 64),
    "a blank row at the end": lambda last: blank(last + 1),
    "a row without a kind at the end": lambda last: blank(last + 1, chain="f" * 64),
    "a row after a gap": lambda last: blank(last + 9, actor="customer", chain="f" * 64),
    "no chain in the last row": lambda last: change(last, chain=""),
    "another kind in the last row": lambda last: change(last, actor="clerk"),
    "the last row in the older form": lambda last: change(last, actor=""),
    "no beginning": lambda _last: AuditRow.delete().where(AuditRow.id == 1).execute(),
    "a gap": lambda last: AuditRow.delete().where(AuditRow.id == last - 1).execute(),
    "nothing": lambda _last: AuditRow.delete().execute(),
    "a row of another key at the end": lambda _last: record(OTHER_KEY),
    "a log of another key in its place": lambda _last: put_in_place(OTHER_KEY),
    "a log in its place that names our key": lambda _last: put_in_place(OTHER_KEY, SECRET),
}
UNSEEN_BY_COUNTING = (
    "another kind in the last row",
    "a row of another key at the end",
    "a log in its place that names our key",
)


def record(key: str) -> None:
    """A deed, sealed by whoever has that key."""
    audit.record(ANNA, Event.LOGGED_IN, "39-1", key=key)


def put_in_place(key: str, named: str = "") -> None:
    """Another log, whole in itself; its beginning may name a key that it was not made with.

    Which key that is anybody reads in the log that was there.
    """
    AuditRow.delete().execute()
    told = chain.fingerprint(named or key)
    audit.record(SYSTEM, Event.LOG_BEGUN, "", f"key={told} before=0 seal=", key)
    record(key)


def change(number: int, **columns) -> None:
    AuditRow.update(**columns).where(AuditRow.id == number).execute()


@pytest.mark.shows("P106", "T11.4", "V16.4.2")
@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgery_is_found_by_verify_and_by_the_doctor(office, forged, forgery):
    FORGERIES[forgery](audit.newest().id)
    assert "unbroken" not in found(office)
    assert bool(examined(office)) is (forgery not in UNSEEN_BY_COUNTING)


@pytest.mark.shows("P106", "T11.4")
def test_emptied_log_stays_a_fault_when_deeds_follow_and_init_is_run(office, forged):
    AuditRow.delete().execute()
    audit.record(ANNA, Event.LOGGED_IN, "39-1")
    office.run("init")
    assert "does not say where it begins" in found(office) + examined(office)


def legacy(last: str, **told) -> str:
    """A row as it was written before kinds were kept apart."""
    told = {"at": now(), "whom": "39-1", "detail": "", "actor": "", **told}
    row = AuditRow(**told)
    row.chain = row.link(last) if last is not None else ""
    row.save(force_insert=True)
    return row.chain


@pytest.mark.shows("T11.5")
def test_landed_rows_are_verified_as_they_were_chained_and_cannot_be_changed(office, forged):
    AuditRow.delete().execute()
    legacy(None, id=3, who="office", did="account opened")
    last = legacy("", id=4, who="Dorota", did="account frozen")
    legacy(last, id=7, who="customer", did="logged in")
    chain.begin_if_new(["0085_actors"], SECRET)
    audit.record(ANNA, Event.LOGGED_OUT, "39-1")
    assert [row.id for row in AuditRow.select().order_by(AuditRow.id)] == [3, 4, 7, 8, 9]
    assert "5 rows" in found(office)
    assert examined(office) == ""
    for number in (3, 4, 7):
        before = AuditRow.get_by_id(number).who
        change(number, who="nobody")
        assert "unbroken" not in found(office), number
        change(number, who=before)
    AuditRow.delete().where(AuditRow.id == 3).execute()
    assert "unbroken" not in found(office)
    assert examined(office)


@pytest.mark.shows("P107", "T11.1")
def test_clerk_is_a_clerk_whatever_the_name(office, visitor):
    customer = new_customer()
    visitor.open_account(customer)
    office.run("accounts", "freeze", customer.code, "--clerk", "customer")
    deed = AuditRow.select().where(AuditRow.whom == customer.code).order_by(AuditRow.id.desc())
    assert (deed.first().actor, deed.first().who) == ("clerk", "customer")
    shown = office.run("audit", "show", customer.code).stdout
    assert "\tclerk\tcustomer\taccount frozen\t" in shown
    office.run("accounts", "close", customer.code, "--clerk", "customer")
    assert (
        "\tclerk\tcustomer\tconsent withdrawn\t"
        in office.run("audit", "show", customer.code).stdout
    )


def test_row_from_before_that_names_the_office_reads_as_the_software_itself(office, desk):
    """Until now the software's own deeds were called those of the office, which is people."""
    last = audit.newest()
    row = AuditRow(id=last.id + 1, at=last.at, who="", did="freeze link made", whom="39-77")
    row.actor = "office"
    row.chain = row.link(last.chain)
    row.save(force_insert=True)
    assert "\tsystem\t-\tfreeze link made\t" in office.run("audit", "show", "39-77").stdout
    assert "unbroken" in office.run("audit", "verify").stdout


@pytest.mark.parametrize("name", ["\x1b[2JDorota", "Do\trota", "Do\nrota", "Dorota\u202e", "\x07"])
def test_name_of_a_clerk_has_nothing_that_is_not_seen(office, visitor, name):
    told = office.run("accounts", "freeze", "39-1", "--clerk", name, check=False)
    assert told.returncode == 2
    assert "\x1b" not in told.stderr


@pytest.mark.shows("P108", "T11.6", "V1.3.3")
def test_stored_text_cannot_move_a_terminal_or_forge_a_line(office, desk):
    customer = new_customer()
    evil = "\x1b]0;owned\x07\r\u202e\x9b2J\n2026-01-01\tcustomer\t-\tconsent given"
    audit.record(staff(evil), evil, customer.code, evil)
    shown = office.run("audit", "show", customer.code).stdout
    assert len(shown.splitlines()) == 1
    assert shown.count("\t") == 4
    assert "\\x1b]0;owned\\x07\\r\\u202e\\x9b2J\\n2026-01-01\\tcustomer" in shown
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", shown)


@pytest.mark.shows("T11.6", "V16.4.1")
def test_whatever_a_command_prints_is_clean(office):
    """Also what a command repeats that was given to it, and what it was refused with."""
    told = office.run("accounts", "freeze", "39-1", "--clerk", "D", "\x07\x9b31m", check=False)
    assert "\\x07\\x9b31m" in told.stderr
    assert not re.search(r"[\x07\x9b]", told.stderr)
    assert line("a\tb", "c\nd") == "a\\tb\tc\\nd"


@pytest.mark.shows("P109")
def test_another_key_is_told_and_the_log_goes_on_when_it_is_begun_anew(office, forged, tmp_path):
    former = tmp_path / "former"
    former.write_text(SECRET + "\n")
    office.environment["EBOK_SECRET_KEY"] = OTHER_KEY
    try:
        assert "secret_key" in examined(office)
        assert "unbroken" not in found(office)
        office.run("audit", "begin", "--clerk", "Dorota")
        assert examined(office) == ""
        told = found(office)
        assert re.search(r"^\d+ rows were made with a former secret_key: not checked", told)
        whole = office.run("audit", "verify", "--former-key", str(former)).stdout
        assert "not checked" not in whole
        change(2, did="nothing")
        told = office.run("audit", "verify", "--former-key", str(former), check=False)
        assert "row 2 of" in told.stderr
    finally:
        del office.environment["EBOK_SECRET_KEY"]


@pytest.mark.shows("T11.7", "V16.4.3")
def test_head_is_mailed_once_a_week_and_found_again(office, forged):
    chosen = settings.load({**office.settings(), "EBOK_ALERT_EMAILS": "adam@wodociagi.example"})

    def mails() -> list[Mail]:
        return list(Mail.select().where(Mail.letter == "audit_head"))

    assert not head.mail_head(chosen)
    assert mails() == []
    AuditRow.update(at=now() - timedelta(days=8)).execute()
    head.mail_head(chosen)
    head.mail_head(chosen)
    [mail] = mails()
    told = audit_head.write(mail.subject_id, chosen)
    assert told["head"] == audit.newest().chain
    assert told["rows"] == AuditRow.select().count()
    Mail.delete().where(Mail.id == mail.id).execute()


def test_tables_of_commands_are_made_in_one_place():
    """Where a cell can add no other cell, and no line."""
    for path in Path(audit.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "\\t" not in text or "import click" not in text, path
