"""The customer's page in the office: what it tells, and who is told of the look."""

import json
from datetime import timedelta

import pytest

from cast import new_account, new_customer, new_email
from colleague import Colleague, new_member, plain
from ebok.access import Role
from ebok.accounts.models import Session, SignIn
from ebok.audit import AuditRow
from ebok.cases.models import Look
from ebok.customers.models import Customer
from ebok.database import now
from ebok.mail.models import Mail
from ebok.registration.models import Registration, Review
from ebok.staff.models import StaffSession
from ebok.tokens import new_public_id
from patience import until
from visitor import PASSWORD, Visitor


def looks_at(code: str) -> list[AuditRow]:
    mine = (AuditRow.whom == code) & (AuditRow.did == "customer seen")
    return list(AuditRow.select().where(mine).order_by(AuditRow.id))


@pytest.fixture
def clerk(office):
    """Somebody of the staff who has logged in, as `clerk.member`."""
    with Colleague(office) as colleague:
        colleague.member = new_member()
        colleague.log_in(colleague.member)
        yield colleague


@pytest.mark.dialect
def test_registration_is_told_as_a_sentence_with_its_mail_and_wrong_attempts(office, clerk):
    customer, email = new_customer(), new_email()
    with Visitor(office) as celina:
        celina.start(customer.code, email)
        office.mail_to(email)
        celina.post("/api/registration/code", 422, "wrong-code", code_="000001")
        celina.post("/api/registration/code", 422, "wrong-code", code_="000002")
    # The worker notes what the server took a moment after the mail is there.
    until(
        lambda: (
            Mail.select().where((Mail.recipient == email) & Mail.sent_at.is_null(False)).exists()
        )
    )
    page = plain(clerk.get(f"/biuro/klient/{customer.code}").text)
    assert "Waits for the code, sent " in page
    assert "accepted by the mail server" in page
    assert "2 wrong attempts." in page
    assert "registration waits for the code" in page
    with Visitor(office) as celina:
        celina.start_and_prove(customer.code, new_email())
        celina.confirm(customer, 422, "no-match", amount="1,00")
    page = plain(clerk.get(f"/biuro/klient/{customer.code}").text)
    assert "The invoice did not match 1 time." in page
    assert "4 attempts are left." in page
    assert "registration is stuck on the invoice" in page
    Registration.update(matches_left=0).where(Registration.customer_code == customer.code).execute()
    page = plain(clerk.get(f"/biuro/klient/{customer.code}").text)
    assert "No attempt to match an invoice is left." in page


@pytest.mark.dialect
def test_page_tells_account_balance_invoices_consents_mails_and_logins(office, clerk):
    customer = new_customer("Tomasz Bąk")
    Customer.update(street="Kwiatowa 7", phone="150002210").where(
        Customer.code == customer.code
    ).execute()
    with Visitor(office) as tomasz:
        tomasz.register(customer)
    page = plain(clerk.get(f"/biuro/klient/{customer.code}").text)
    for told in ("Tomasz Bąk", "Kwiatowa 7", customer.number, "has a temporary password"):
        assert told in page, told
    for told in (
        "Privacy policy",
        "Terms of use",
        "Temporary password",
        "The mail server accepted",
    ):
        assert told in page, told


def test_each_look_is_recorded_once_with_role_and_purpose(office, clerk):
    customer = new_customer()
    path = f"/biuro/klient/{customer.code}"
    clerk.get(path)
    clerk.get(path)
    [seen] = looks_at(customer.code)
    assert (seen.who, seen.actor, seen.detail) == (clerk.member.name, "clerk", "clerk phone")
    clerk.post(f"{path}/cel", purpose="counter")
    assert [each.detail for each in looks_at(customer.code)] == ["clerk phone", "clerk counter"]
    clerk.post(f"{path}/cel", 422, purpose="curiosity")
    # After five minutes without a sign of life, and after an hour with one, it is another look.
    for column in ("seen_at", "since_at"):
        gone = {"seen_at": timedelta(minutes=6), "since_at": timedelta(minutes=61)}[column]
        Look.update({column: now() - gone}).execute()
        clerk.get(path)
    assert len(looks_at(customer.code)) == 4


def test_colleagues_see_each_other_until_five_minutes_after_the_last_sign(office, clerk):
    customer = new_customer()
    path = f"/biuro/klient/{customer.code}"
    with Colleague(office) as marek:
        marek.member = new_member(Role.ADMINISTRATOR, f"Marek {customer.code}")
        marek.log_in(marek.member)
        assert marek.member.name not in clerk.get(path).text
        marek.get(path)
        assert f"{marek.member.name} is looking, too" in plain(clerk.get(f"{path}/obecni").text)
        Look.update(seen_at=now() - timedelta(minutes=4)).execute()
        marek.get(f"{path}/obecni")
        mine = Look.get(Look.member == marek.member)
        assert mine.seen_at > now() - timedelta(minutes=1)
        Look.update(seen_at=now() - timedelta(minutes=6)).execute()
        assert marek.member.name not in clerk.get(f"{path}/obecni").text


def test_open_page_does_not_keep_the_session_alive(office, clerk):
    customer = new_customer()
    clerk.get(f"/biuro/klient/{customer.code}")
    mine = StaffSession.member == clerk.member
    earlier = now() - timedelta(minutes=30)
    StaffSession.update(seen_at=earlier).where(mine).execute()
    clerk.get(f"/biuro/klient/{customer.code}/obecni")
    assert StaffSession.get(mine).seen_at == earlier
    clerk.get("/biuro/konto")
    assert StaffSession.get(mine).seen_at > earlier


def test_code_that_nobody_used_has_no_page(clerk):
    clerk.get("/biuro/klient/39-1", 404)
    assert not looks_at("39-1")


def test_code_that_billing_does_not_know_has_one_once_somebody_typed_it(office, clerk):
    with Visitor(office) as celina:
        celina.start("77-123456", new_email())
    page = plain(clerk.get("/biuro/klient/77-123456").text)
    assert "billing does not know this code" in page


def test_page_is_light_and_asks_few_things_of_the_database(office, clerk):
    customer = new_customer(months=30)
    new_account(customer, PASSWORD)
    text = clerk.get(f"/biuro/klient/{customer.code}").text
    assert len(text.encode()) < 60_000


@pytest.mark.shows("T14.13")
def test_customer_sees_who_looked_when_and_why_but_no_name(office, clerk):
    customer = new_customer()
    with Visitor(office) as anna:
        anna.settle(customer)
        assert anna.get("/api/my-data/looks")["looks"] == []
        clerk.get(f"/biuro/klient/{customer.code}")
        clerk.post(f"/biuro/klient/{customer.code}/cel", purpose="counter")
        answer = anna.get("/api/my-data/looks")
    newest, first = answer["looks"]
    assert (newest["role"], newest["purpose"], newest["what"]) == ("clerk", "counter", "data")
    assert first["purpose"] == "phone"
    assert clerk.member.name not in str(answer.body)


def test_looks_at_a_former_owner_are_not_the_new_ones(office, clerk):
    """The customer code was somebody else's account before."""
    customer = new_customer()
    clerk.get(f"/biuro/klient/{customer.code}")
    with Visitor(office) as anna:
        anna.settle(customer)
        assert anna.get("/api/my-data/looks")["looks"] == []


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


@pytest.mark.shows("T14.14")
def test_nothing_that_a_customer_writes_is_markup_in_the_office(clerk):
    """Each field that a stranger or a customer fills, and what billing delivers."""
    customer = new_customer(name=EVIL, email="a<b>@poczta.example")
    Customer.update(street=EVIL, city=EVIL, phone=EVIL, postal_code="<b>").where(
        Customer.code == customer.code
    ).execute()
    account = new_account(customer, PASSWORD, email="x<img>@poczta.example", phone=EVIL)
    SignIn.create(account=account, at=now(), outcome="wrong", device=EVIL, network=EVIL)
    Session.start(new_public_id(), account, now(), EVIL, EVIL)
    moment = now()
    begun = Registration.create(
        token_hash=new_public_id(),
        customer_code=customer.code,
        email="r<img>@poczta.example",
        language="pl",
        started_at=moment,
        expires_at=moment + timedelta(hours=1),
        code_asked_at=moment,
        matches_left=5,
    )
    asked = {"registration": begun, "customer_code": customer.code, "email": EVIL}
    told = dict.fromkeys(("kind", "buyer", "nip", "number", "phone"), EVIL)
    told["unread"] = json.dumps({"number": EVIL})
    hashes = dict.fromkeys(("privacy_hash", "terms_hash", "e_invoice_hash"), "x")
    rest = {"language": "pl", "amount_grosze": 1, "wants_e_invoice": False, "asked_at": moment}
    Review.create(**asked, **told, **hashes, **rest)
    page = clerk.get(f"/biuro/klient/{customer.code}").text
    for markup in ("<script>alert", "<img", "<b>"):
        assert markup not in page, markup
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page
