"""The audit log: append-only on both databases, chained, and complete."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from peewee import DatabaseError

from cast import new_account, new_customer, new_email
from ebok.audit import AuditRow
from ebok.audit.events import Event
from ebok.data_export.texts import WORDS
from ebok.database import database, is_postgres, transaction
from unguarded import unguarded
from visitor import PASSWORD, Visitor

NEW_PASSWORD = "Jaskółka-nad-Wisłą-3"


def deeds(customer_code: str) -> list[tuple[str, str, str]]:
    """What was done to an account: who, what, detail."""
    mine = AuditRow.select().where(AuditRow.whom == customer_code).order_by(AuditRow.id)
    return [(f"{row.kind} {row.who}".strip(), row.did, row.detail) for row in mine]


@pytest.mark.shows("T11.1", "V16.2.1", "V16.3.1")
@pytest.mark.dialect
def test_everything_that_touches_an_account_is_written_down(office, visitor):
    known_address = new_email()
    customer = new_customer(email=known_address)
    email = visitor.open_account(customer)
    visitor.delete("/api/session")
    visitor.post("/api/account/freeze", token=token_in(office.mail_to(known_address)))
    office.run("accounts", "thaw", customer.code, "--clerk", "Dorota")
    ask_and_reset(office, visitor, customer.code, email)
    told = deeds(customer.code)
    # Its mail is another than that of the password: each may be made first.
    told.remove(("system", "freeze link made", ""))
    assert told == [
        ("visitor", "account opened", ""),
        ("customer", "consent given", "privacy"),
        ("customer", "consent given", "terms"),
        ("customer", "consent given", "e_invoice"),
        ("system", "temporary password made", ""),
        ("customer", "logged in", ""),
        ("customer", "password changed", ""),
        ("customer", "logged in", ""),
        ("customer", "logged out", ""),
        ("visitor", "account frozen", "by the link in the mail"),
        ("clerk Dorota", "account thawed", ""),
        ("system", "reset link made", ""),
        ("customer", "password changed", "by the link in the mail"),
    ]
    shown = office.run("audit", "show", customer.code).stdout
    assert "\tclerk\tDorota\taccount thawed\t" in shown


def token_in(mail) -> str:
    """The token of the link in a mail."""
    return mail.text.split("#")[1].split()[0]


def ask_and_reset(office, visitor, customer_code: str, email: str) -> None:
    """*Nie pamiętam hasła*, to its end."""
    visitor.post("/api/password-reset", 202, customer_code=customer_code, email=email)
    token = token_in(office.mail_to(email, "/nowe-haslo#"))
    visitor.put("/api/password-reset", token=token, new_password=NEW_PASSWORD)


@pytest.mark.shows("T11.2", "V16.4.2")
@pytest.mark.dialect
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 'nobody'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "TRUNCATE audit",
    ],
)
def test_database_refuses_to_change_the_log(visitor, change):
    only_in = {"INSERT OR REPLACE": False, "TRUNCATE": True}
    wanted = next((pg for words, pg in only_in.items() if change.startswith(words)), None)
    if wanted not in (None, is_postgres()):
        pytest.skip("a statement of the other database")
    customer = new_customer()
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    before = AuditRow.select().count()
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        database.execute_sql(change)
    assert AuditRow.select().count() == before


@pytest.fixture
def forged(office):
    """The log without its triggers."""
    with unguarded():
        yield


FORGERIES = {
    "changed": lambda row: AuditRow.update(who="Dorota").where(AuditRow.id == row.id),
    "moved in time": lambda row: AuditRow.update(at="2026-01-01 00:00:00").where(
        AuditRow.id == row.id
    ),
    "removed": lambda row: AuditRow.delete().where(AuditRow.id == row.id),
    "without its chain": lambda row: AuditRow.update(chain="").where(AuditRow.id == row.id),
    "put in between": lambda row: AuditRow.insert(
        id=row.id - 100_000, at=row.at, who=row.who, did=row.did, whom=row.whom, chain=row.chain
    ),
}


CASES = [(forgery, 2) for forgery in FORGERIES] + [("changed", -1), ("without its chain", -1)]


@pytest.mark.shows("T11.3")
@pytest.mark.dialect
@pytest.mark.parametrize(("forgery", "place"), CASES)
def test_broken_chain_is_found(office, visitor, forged, forgery, place):
    customer = new_customer()
    visitor.open_account(customer)
    assert "unbroken" in office.run("audit", "verify").stdout
    mine = AuditRow.select().where(AuditRow.whom == customer.code).order_by(AuditRow.id)
    FORGERIES[forgery](list(mine)[place]).execute()
    told = office.run("audit", "verify", check=False)
    assert told.returncode == 1
    assert "does not follow" in told.stderr


@pytest.mark.shows("P106", "T11.8")
@pytest.mark.dialect
def test_end_that_was_cut_off_is_found_by_a_head_that_was_noted(office, visitor, forged):
    visitor.open_account(new_customer())
    noted = re.search(r"head ([0-9a-f]{64})", office.run("audit", "verify").stdout)[1]
    assert "unbroken" in office.run("audit", "verify", "--head", noted).stdout
    newest = AuditRow.select().order_by(AuditRow.id.desc()).get()
    AuditRow.delete().where(AuditRow.id == newest.id).execute()
    assert "unbroken" in office.run("audit", "verify").stdout
    told = office.run("audit", "verify", "--head", noted, check=False)
    assert told.returncode == 1
    assert "missing at the end" in told.stderr


@pytest.mark.shows("T11.8")
def test_worker_notes_the_head_in_its_log(office):
    assert re.search(r"what=audit rows=\d+ head=", office.log())


@pytest.mark.dialect
def test_chain_holds_when_many_log_in_at_once(office):
    customers = [new_customer() for _ in range(6)]

    def walk(customer) -> None:
        with Visitor(office) as somebody:
            somebody.open_account(customer)
            somebody.delete("/api/session")
            somebody.log_in(customer.code, PASSWORD)

    with ThreadPoolExecutor(6) as crowd:
        list(crowd.map(walk, customers))
    assert "unbroken" in office.run("audit", "verify").stdout


def test_customer_reads_in_words_every_event_that_can_concern_them():
    of_nobody = {"log begun", "head noted", "import_dropped"}
    of_staff = [event for event in Event if event.name.startswith("STAFF_")]
    of_nobody |= {str(event) for event in of_staff}
    told = [event for event in Event if event not in of_nobody and "bundle" not in event]
    assert not [event for event in told if event not in WORDS]
