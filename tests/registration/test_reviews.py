"""*Poproś biuro o sprawdzenie*: registration never dead-ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from cast import new_code, new_customer
from ebok import database
from ebok.accounts.models import Account
from ebok.audit import AuditRow
from ebok.consents.models import Consent
from ebok.customers import models as customers
from ebok.database.iso import as_text
from ebok.exports.models import Outgoing
from ebok.registration.models import Registration, Review
from patience import until
from visitor import form_of, temporary_password

OFFICE = "biuro@wodociagi.example"


@pytest.fixture
def stuck(visitor):
    """Somebody whose invoice did not match twice: customer and address."""
    customer = new_customer()
    email = visitor.start_and_prove(customer.code)
    for _ in range(2):
        visitor.confirm(customer, 422, "no-match", buyer="Ktoś Inny")
    return customer, email


def ask(visitor, customer, **fields):
    return visitor.post("/api/registration/review", 202, **form_of(customer) | fields)


@pytest.mark.dialect
def test_office_is_offered_after_the_second_failed_match_and_not_before(visitor):
    customer = new_customer()
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", amount="1,00")
    visitor.post("/api/registration/review", 403, "may-not-ask-office", **form_of(customer))
    assert visitor.confirm(customer, 422, "no-match", amount="1,00")["may_ask_office"]


def test_what_was_typed_goes_to_the_clerks(office, visitor, stuck):
    customer, email = stuck
    before = len(office.mails_to(OFFICE))
    ask(visitor, customer, buyer="Ktoś Inny")
    assert visitor.get("/api/registration")["registration"]["stage"] == "review"
    listed = office.run("registrations", "list").stdout
    row = next(line for line in listed.splitlines() if customer.code in line)
    for typed in (email, "Ktoś Inny", customer.number, customer.amount, "+48600000123"):
        assert typed in row
    office.mail_to(email, skip=1)
    to_office = office.mail_to(OFFICE, skip=before).text
    assert customer.code not in to_office
    assert email not in to_office


@pytest.mark.dialect
def test_asking_twice_is_one_request(visitor, stuck):
    customer, _email = stuck
    ask(visitor, customer)
    ask(visitor, customer)
    assert Review.select().where(Review.customer_code == customer.code).count() == 1


@pytest.mark.dialect
def test_asking_twice_at_the_same_moment_is_one_request(office, visitor, stuck):
    customer, email = stuck
    with ThreadPoolExecutor(4) as impatient:
        answers = list(impatient.map(lambda _: ask(visitor, customer), range(4)))
    assert len({answer["review"]["received_at"] for answer in answers}) == 1
    assert Review.select().where(Review.customer_code == customer.code).count() == 1


def test_asking_twice_while_the_office_decides_is_one_request(kind, office, visitor, stuck):
    if kind != "postgres":
        pytest.skip("SQLite lets nobody wait in between")
    customer, email = stuck
    registration = Registration.get(Registration.customer_code == customer.code)

    def decide() -> None:
        """Before the second request reads anything more: after its row was refused."""
        with database.connection(), database.transaction():
            database.database.execute_sql("LOCK TABLE review IN ACCESS EXCLUSIVE MODE")
            mine = Review.customer_code == customer.code
            Review.update(decision="refused", decided_at=database.now()).where(mine).execute()

    with ThreadPoolExecutor(2) as others:
        with database.connection(), database.transaction():
            first = first_request(registration)
            second = others.submit(ask, visitor, customer)
            until(lambda: waiting_for_locks() == 1)
            decided = others.submit(decide)
            until(lambda: waiting_for_locks() == 2)
        decided.result()
        assert second.result()["review"]["received_at"] == as_text(first.asked_at)
    assert Review.select().where(Review.customer_code == customer.code).count() == 1


def first_request(registration: Registration) -> Review:
    """The same request, whose transaction is not over yet."""
    typed = dict.fromkeys(("kind", "buyer", "nip", "number", "phone"), "")
    hashes = dict.fromkeys(("privacy_hash", "terms_hash", "e_invoice_hash"), "")
    whose = {name: getattr(registration, name) for name in ("customer_code", "email", "language")}
    facts = {"amount_grosze": 0, "wants_e_invoice": True, "asked_at": database.now()}
    return Review.create(registration=registration, **typed, **hashes, **whose, **facts)


def waiting_for_locks() -> int:
    """Number of this installation's connections that wait for a lock."""
    asked = """
    SELECT COUNT(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    # Within a transaction, else the first answer would be the last.
    database.first_row("SELECT pg_stat_clear_snapshot()")
    found = database.first_row(asked)
    return found[0] if found else 0


def require_evidence_of_the_person(account, review) -> None:
    """Not the clerk agreed, and not when the clerk had time."""
    given = Consent.select().where(Consent.account == account)
    assert {(c.channel, c.actor, c.decided_at) for c in given} == {
        ("office", "customer", review.asked_at)
    }
    assert {c.purpose for c in given} == {"privacy", "terms", "e_invoice"}
    assert all(c.effective_at > review.asked_at for c in given)
    noted = AuditRow.select().where(
        (AuditRow.whom == account.customer_code) & (AuditRow.did == "consent given")
    )
    asked = as_text(review.asked_at)
    assert {(r.actor, r.detail.partition(", ")[2]) for r in noted} == {
        ("customer", f"decided {asked}")
    }
    told = Outgoing.get((Outgoing.account_id == account.id) & (Outgoing.feed == "consents"))
    assert told.happened_at == review.asked_at


@pytest.mark.shows("P61", "T1.10")
@pytest.mark.dialect
def test_clerk_approves_and_the_account_is_opened(office, visitor, stuck):
    customer, email = stuck
    ask(visitor, customer, buyer="Ktoś Inny")
    office.mail_to(email, skip=1)
    review = Review.get(Review.customer_code == customer.code)
    mine = customers.Customer.code == customer.code
    customers.Customer.update(phone="600 555 412").where(mine).execute()
    refused = office.run(
        "registrations", "approve", str(review.id), "--clerk", "dorota", check=False
    )
    assert refused.returncode == 2
    office.run(
        "registrations",
        "approve",
        str(review.id),
        "--clerk",
        "dorota",
        "--reached-by",
        "billing-phone",
    )
    password = temporary_password(office.mail_to(email, "hasło tymczasowe"))
    visitor.log_in(customer.code, password)
    row = AuditRow.get((AuditRow.whom == customer.code) & (AuditRow.did == "registration approved"))
    assert (row.who, row.detail) == ("dorota", "billing-phone")
    opened = AuditRow.get((AuditRow.whom == customer.code) & (AuditRow.did == "account opened"))
    assert (opened.actor, opened.who) == ("clerk", "dorota")
    require_evidence_of_the_person(Account.find(customer.code), review)
    again = office.run(
        "registrations",
        "refuse",
        str(review.id),
        "--clerk",
        "ewa",
        "--reason",
        "not-reached",
        check=False,
    )
    assert again.returncode == 1


def test_clerk_refuses_with_a_ready_reason_that_reveals_nothing(office, visitor, stuck):
    customer, email = stuck
    ask(visitor, customer)
    review = Review.get(Review.customer_code == customer.code)
    wrong = office.run(
        "registrations",
        "refuse",
        str(review.id),
        "--clerk",
        "dorota",
        "--reason",
        "own words",
        check=False,
    )
    assert wrong.returncode == 2
    office.run(
        "registrations", "refuse", str(review.id), "--clerk", "dorota", "--reason", "data-differ"
    )
    mail = office.mail_to(email, skip=2)
    assert customer.name not in mail.text
    assert Account.find(customer.code) is None


def test_approving_a_code_that_billing_does_not_know_is_refused(office, visitor):
    customer, code = new_customer(), new_code()
    visitor.start_and_prove(code)
    for _ in range(2):
        visitor.confirm(customer, 422, "no-match")
    ask(visitor, customer)
    review = Review.get(Review.customer_code == code)
    done = office.run(
        "registrations",
        "approve",
        str(review.id),
        "--clerk",
        "d",
        "--reached-by",
        "counter",
        check=False,
    )
    assert done.returncode == 1
    assert Review.get_by_id(review.id).decision == ""
