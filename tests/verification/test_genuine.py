"""*Czy to od nas?*: what each question is answered, and what its answer does not tell."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest

from cast import add_invoice, new_account, new_customer, new_email
from ebok.accounts.models import EmailChange
from ebok.customers.models import Customer
from ebok.database import now
from ebok.exports.models import Outgoing
from ebok.invoices.models import Invoice
from ebok.limits import Limit
from ebok.mail.kinds import letters
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification
from ebok.verification.operations_mails import OWNED
from visitor import PASSWORD, Visitor

OURS = "61 1090 1014 0000 0712 1981 2874"
ANNAS, BARTEKS = "83101010230000261395100000", "27114020040000300201355387"
NOBODYS = "02105000997603123456789123"
UNKNOWN_MAIL = {"is_ours": False, "kind": None, "sent": None, "recipient_masked": None}


def checked(account: str) -> str:
    """The account with check digits that are right."""
    rest = f"{account[2:]}252100"
    return f"{98 - int(rest) % 97:02}{account[2:]}"


def ask(visitor: Visitor, what: str, expect: int = 200, **typed):
    return visitor.post(f"/api/genuine/{what}", expect, **typed)


def customer_with(account: str) -> str:
    customer = new_customer(months=1)
    Customer.update(bank_account=account).where(Customer.code == customer.code).execute()
    return customer


@pytest.mark.parametrize(
    "typed",
    [OURS, f"PL {OURS}", "pl61-1090-1014-0000-0712-1981-2874", OURS.replace("0", "O")],
)
def test_account_of_the_utility_is_known_however_it_is_typed(visitor, typed):
    told = ask(visitor, "account", account=typed)["genuine"]
    assert told == {"is_ours": True, "whose": "utility", "is_yours": None}


@pytest.mark.shows("T5.8")
def test_account_of_a_customer_is_known_and_not_told_whose(visitor):
    customer_with(checked(ANNAS))
    printed = new_customer(months=0)
    add_invoice(printed.code, printed.name, bank_account=checked(BARTEKS))
    for account in (ANNAS, BARTEKS):
        told = ask(visitor, "account", account=checked(account))["genuine"]
        assert told == {"is_ours": True, "whose": "customer", "is_yours": None}
    told = ask(visitor, "account", account=checked(NOBODYS))["genuine"]
    assert told == {"is_ours": False, "whose": None, "is_yours": None}


@pytest.mark.shows("T6.6")
def test_who_is_signed_in_learns_whether_the_account_is_theirs(visitor):
    mine, anothers = checked(f"00{ANNAS[2:-4]}7001"), checked(f"00{ANNAS[2:-4]}7002")
    anna = customer_with(mine)
    customer_with(anothers)
    new_account(anna, PASSWORD)
    visitor.log_in(anna.code, PASSWORD)
    assert ask(visitor, "account", account=mine)["genuine"]["is_yours"] is True
    assert ask(visitor, "account", account=anothers)["genuine"]["is_yours"] is False


@pytest.mark.parametrize("typed", ["", "61 1090 1014", "62109010140000071219812874", "x" * 26])
def test_what_cannot_be_an_account_is_told_at_the_field(visitor, typed):
    refusal = ask(visitor, "account", 422, account=typed)
    assert [fault["field"] for fault in refusal["faults"]] == ["account"]


@pytest.mark.shows("P27", "T5.8")
def test_number_and_amount_are_one_question(visitor):
    customer = new_customer(months=0)
    ksef = "5265877635-20250826-0100001AF629-AF"
    invoice = add_invoice(
        customer.code, customer.name, gross_grosze=14569, payable_grosze=20000, ksef_number=ksef
    )
    for number in (invoice.number, invoice.number.lower().replace("/", " / "), ksef):
        for amount in ("145,69 zł", "200"):
            told = ask(visitor, "invoice", number=number, amount=amount)
            assert told.body == {"genuine": {"is_ours": True}}
    for number, amount in ((invoice.number, "145,70"), ("FV/0/0", "145,69")):
        told = ask(visitor, "invoice", number=number, amount=amount)
        assert told.body == {"genuine": {"is_ours": False}}
    refusal = ask(visitor, "invoice", 422, number="", amount="dużo")
    assert [fault["field"] for fault in refusal["faults"]] == ["number", "amount"]


@pytest.mark.shows("T6.5")
def test_mail_is_known_by_its_code_with_what_its_holder_can_compare(office, visitor):
    email = new_email()
    visitor.start(new_customer().code, email)
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", office.mail_to(email).text).group()
    # B is taken for 8, D for 0, L for 1; Ukrainian keyboards have an А of their own.
    alike = code.translate(str.maketrans("BDLA", "801А")).lower().replace("-", " ")
    for typed in (code, alike):
        told = ask(visitor, "mail", short_code=typed)["genuine"]
        assert told["is_ours"] is True
        assert told["kind"] == "Kod jednorazowy do rejestracji"
        assert told["recipient_masked"] == f"c…{email.partition('@')[0][-1]}@poczta.example"
        assert told["sent"]["at"][:10] == f"{now():%Y-%m-%d}"
    assert ask(visitor, "mail", short_code="ABDE-FHJJ")["genuine"] == UNKNOWN_MAIL
    ask(visitor, "mail", 422, short_code="ABDE")


def test_row_from_before_there_were_codes_is_found_by_none(visitor):
    Mail.create(**row("e@poczta.example", short_code=""))
    ask(visitor, "mail", 422, short_code="")
    ask(visitor, "mail", 422, short_code="-")


@pytest.mark.shows("T5.9")
@pytest.mark.defaults("genuine_checks_per_source_hour")
def test_one_source_asks_twenty_times_an_hour(visitor, other_visitor):
    for _ in range(20):
        ask(visitor, "invoice", number="FV/1", amount="1")
    # What was typed in vain is not counted.
    ask(visitor, "invoice", 422, number="", amount="1")
    refused = visitor.post("/api/genuine/mail", 429, "asked-too-often", short_code="ABDE-FHJK")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    ask(other_visitor, "account", account=OURS)


@pytest.mark.shows("P27", "T5.9")
def test_whole_office_is_asked_two_thousand_times_an_hour(visitor):
    ask(visitor, "account", account=OURS)
    counted = Limit.name == "genuine-office"
    used = Limit.get(counted).used
    Limit.update(used=2000).where(counted).execute()
    try:
        visitor.post("/api/genuine/account", 429, "asked-too-often", account=OURS)
    finally:
        Limit.update(used=used).where(counted).execute()


@pytest.mark.shows("T6.7")
def test_list_of_mails_is_ones_own(visitor, office):
    anna, bartek = (new_customer(months=0) for _ in range(2))
    email = new_email()
    mine, others = (new_account(each, PASSWORD, email) for each in (anna, bartek))
    sent = Mail.create(**row(email, subject_id=mine.id, sent_at=now()))
    notice = Notification.create(account=mine, invoice_number="1", kind="invoice", **AT)
    about = {"letter": "invoice_issued", "subject_id": notice.id, "sent_at": now()}
    back = Mail.create(**row(email, **about))
    # SQLite gives the ids of notifications anew when an import was taken back.
    Mail.create(**row(email, **about) | {"created_at": now() - timedelta(hours=1)})
    Bounce.create(report_id=email, mail_id=back.id, recipient=email, status="5.1.1", **FINAL)
    # Two accounts share a mailbox: what is about the other one is not listed here.
    Mail.create(**row(email, subject_id=others.id, sent_at=now()))
    notice = Notification.create(account=others, invoice_number="2", kind="invoice", **AT)
    Mail.create(**row(email, letter="invoice_issued", subject_id=notice.id, sent_at=now()))
    # Older than the account; and to somebody else's address.
    Mail.create(**row(email, subject_id=mine.id) | {"created_at": now() - timedelta(days=3)})
    Mail.create(**row(new_email(), subject_id=mine.id))
    visitor.log_in(anna.code, PASSWORD)
    mails = visitor.get("/api/account/mails")["mails"]
    assert [mail["state"] for mail in mails] == ["returned", "sent"]
    assert mails[1]["kind"] == "Potwierdzenie zmiany hasła"
    assert mails[1]["short_code"] == f"{sent.short_code[:4]}-{sent.short_code[4:]}"


@pytest.mark.shows("P26")
def test_list_shows_number_and_sum_and_keeps_what_went_to_a_former_address(office, visitor):
    customer, old, new = new_customer(months=1), new_email(), new_email()
    account = new_account(customer, PASSWORD, old)
    times = {"happened_at": now(), "effective_at": now()}
    facts = json.dumps({"event": "opened", "email": old})
    Outgoing.create(feed="contacts", customer_code=customer.code, facts=facts, **times)
    known, gone = customer.number, "FV/1"
    for letter, number, more in (
        ("invoice_issued", known, {"sent_at": now()}),
        ("invoice_due", gone, {}),
    ):
        notice = Notification.create(account=account, invoice_number=number, kind=letter, **AT)
        Mail.create(**row(old, letter=letter, subject_id=notice.id, **more))
    visitor.log_in(customer.code, PASSWORD)
    assert visitor.get("/api/account/mails")["mails"][1]["former_address"] is None
    visitor.post("/api/my-data/email", 202, email=new, current_password=PASSWORD)
    visitor.post("/api/my-data/email/code", 200, code_=office.mail_to(new).code)
    # What is kept for a month alone is not needed: billing was told of the first address, too.
    EmailChange.delete().execute()
    mails = visitor.get("/api/account/mails")["mails"]
    about = {mail["invoice"]["number"]: mail for mail in mails if mail["invoice"]}
    invoice = Invoice.get_by_id(known)
    told = about[known]["invoice"]
    assert (told["number"], told["id"]) == (known, invoice.public_id)
    assert told["gross"]["grosze"] == invoice.gross_grosze
    assert about[gone]["invoice"] == {"number": gone, "id": None, "gross": None}
    assert about[known]["former_address"] == f"c…{old.partition('@')[0][-1]}@poczta.example"


@pytest.mark.shows("T6.8")
def test_whatever_is_about_another_account_with_ones_mailbox_is_listed_nowhere(office, visitor):
    """A manager's mailbox, or a family's: neither the list nor the download tells of the other."""
    email, first = new_email(), Visitor(office)
    anna, bartek = (new_customer(months=1) for _ in range(2))
    with first:
        new_account(bartek, PASSWORD, email)
        first.log_in(bartek.code, PASSWORD)
        first.put("/api/my-data/e-invoice", given=True)
        first.post("/api/my-data/email", 202, email=new_email(), current_password=PASSWORD)
        first.put("/api/my-data/phone", no_phone=True, current_password=PASSWORD)
        first.post("/api/password-reset", 202, customer_code=bartek.code, email=email)
    with Visitor(office) as newcomer:
        newcomer.start(new_customer().code, email)
    new_account(anna, PASSWORD, email)
    visitor.log_in(anna.code, PASSWORD)
    visitor.put("/api/my-data/e-invoice", given=True)
    mails = visitor.get("/api/account/mails")["mails"]
    assert [mail["kind"] for mail in mails] == ["Potwierdzenie zgody na e-fakturę"]
    told = visitor.post("/api/my-data/archive", 201, current_password=PASSWORD)
    packed = visitor.http.get(f"/api/my-data/archive/{told['archive']['ticket']}").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        listed = json.loads(archive.read("moje-dane.json"))["mails"]
    assert [mail["letter"] for mail in listed] == ["e_invoice_given"]


OF_THE_OFFICE = {
    "alert",
    "audit_head",
    "invoice_sample",
    "passed_on",
    "review_office",
    "staff_invitation",
    "staff_warning",
}


def test_of_every_letter_to_a_customer_it_is_known_whose_it_is():
    assert {each.kind for each in letters().values() if each.to_office} == OF_THE_OFFICE
    for each in letters().values():
        assert each.title
        assert each.to_office or each.subject in OWNED, each.kind


AT = {"created_at": now()}
FINAL = {"is_final": True, "at": now()}


def row(recipient: str, **columns) -> dict:
    """A mail that no worker will touch any more."""
    return {
        "message_id": new_email(),
        "letter": "password_changed",
        "recipient": recipient,
        "language": "pl",
        "subject_id": 1,
        "priority": 1,
        "created_at": now(),
        "due_at": now(),
        "expires_at": now(),
        "failed_at": None if "sent_at" in columns else now(),
        "short_code": "KKMM9977",
        **columns,
    }
