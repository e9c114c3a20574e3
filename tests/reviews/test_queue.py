"""*Rejestracje do sprawdzenia*: what a clerk sees of a request, decides, and takes back."""

import re
from datetime import timedelta

import pytest

from cast import Customer, add_invoice, new_account, new_code, new_customer
from colleague import Colleague, new_member, plain
from ebok.accounts.models import Account
from ebok.audit import AuditRow
from ebok.cases.models import Look, Note
from ebok.customers import models as customers
from ebok.database import now
from ebok.mail.models import Mail
from ebok.registration.models import Review
from patience import until
from visitor import PASSWORD, Visitor, form_of, temporary_password

QUEUE = "/biuro/rejestracje"


@pytest.fixture
def clerk(office):
    """Somebody of the staff who has logged in, as `clerk.member`."""
    with Colleague(office) as colleague:
        colleague.member = new_member()
        colleague.log_in(colleague.member)
        yield colleague


def in_billing(customer: Customer, **columns) -> Customer:
    """The customer, of whom billing holds these, too."""
    customers.Customer.update(**columns).where(customers.Customer.code == customer.code).execute()
    return customer


def asked(office, customer: Customer, code: str = "", **typed) -> Review:
    """A request for a check, made through the wizard."""
    with Visitor(office) as visitor:
        visitor.start_and_prove(code or customer.code)
        for _ in range(2):
            visitor.confirm(customer, 422, "no-match", buyer="Ktoś Inny")
        visitor.post("/api/registration/review", 202, **form_of(customer) | typed)
    return Review.get(Review.customer_code == (code or customer.code))


def page_of(review: Review, act: str = "") -> str:
    return f"{QUEUE}/{review.id}{act}"


def events(code: str) -> list[tuple[str, str, str]]:
    rows = AuditRow.select().where(AuditRow.whom == code).order_by(AuditRow.id)
    return [(row.did, row.who, row.detail) for row in rows]


@pytest.mark.dialect
def test_what_differs_is_marked_letter_by_letter_and_said_in_words(office, clerk):
    customer = new_customer("Celina Wrona")
    code = customer.code
    add_invoice(code, "Celina Wrona", gross_grosze=168_20, number=f"FV/{code}")
    review = asked(office, customer, number=f"FV/{code}", amount="186,20", buyer="Wrona Celina")
    seen = clerk.get(page_of(review))
    assert seen.text.count('class="differs"') == 1
    assert "1<del>8</del>6" in seen.text or "<del>" in seen.text
    # Readers get both whole, and the finding as a word.
    for whole in ("186.20", "168.20"):
        assert f'<span class="unseen">{whole}</span><span aria-hidden="true">' in seen.text
    text = plain(seen.text)
    assert "two characters are swapped" in text
    assert "agrees, spelt in another way" in text
    assert "Not as on the invoice: Gross amount. The rest agrees." in text
    row = plain(clerk.get(QUEUE).text)
    assert "Gross amount: two characters are swapped" in row
    assert ("customer seen", clerk.member.name, "clerk check") in events(code)


def test_older_invoice_another_alphabet_and_what_cannot_be_read_are_told(office, clerk):
    customer = new_customer("Oksana Melnyk", months=5)
    old = add_invoice(customer.code, "Oksana Melnyk", months_ago=9, gross_grosze=50_00)
    review = asked(office, customer, number=old.number, amount="50,00", buyer="Оксана Мельник")
    text = plain(clerk.get(page_of(review)).text)
    assert "another alphabet" in text
    assert f"On invoice {old.number}" in text
    assert "Not as on an invoice of this customer" in text
    other = new_customer()
    unread = asked(office, other, amount="sto złotych", phone="nie wiem")
    text = plain(clerk.get(page_of(unread)).text)
    assert "sto złotych" in text
    assert "nie wiem" in text


@pytest.mark.dialect
@pytest.mark.shows("P61")
def test_clerk_approves_by_the_phone_on_file_and_the_account_is_opened(office, clerk):
    customer = in_billing(new_customer(), phone="600 555 412")
    review = asked(office, customer)
    seen = clerk.get(page_of(review))
    assert "600 555 412" in plain(seen.text)
    refused = clerk.post(page_of(review, "/zatwierdzenie"), 422)
    assert refused.faults == {"reached_by": "Choose one of them."}
    said = {"reached_by": "billing-phone", "told": "Pani Celina przestawiła cyfry."}
    seen = clerk.post(page_of(review, "/zatwierdzenie"), **said)
    assert (seen.path, review.email in seen.text) == (QUEUE, True)
    password = temporary_password(office.mail_to(review.email, "hasło tymczasowe"))
    with Visitor(office) as celina:
        celina.log_in(customer.code, password)
    told = events(customer.code)
    assert ("registration approved", clerk.member.name, "billing-phone") in told
    assert Note.get(Note.customer_code == customer.code).text == said["told"]
    again = clerk.post(page_of(review, "/odmowa"), 409, reason="not-reached")
    assert again.refusal == "This request has already been decided."


@pytest.mark.dialect
def test_customer_is_reached_only_by_what_billing_holds(office, clerk):
    review = asked(office, new_customer())
    seen = plain(clerk.get(page_of(review)).text)
    assert "Phone: none in billing" in seen
    assert 'value="billing-phone"' not in seen
    assert 'value="billing-address"' not in seen
    for way in ("billing-phone", "billing-address"):
        refused = clerk.post(page_of(review, "/zatwierdzenie"), 409, reached_by=way)
        assert refused.refusal == "Billing holds no such way to reach this customer."
    by_command = ("--clerk", "d", "--reached-by", "billing-phone")
    done = office.run("registrations", "approve", str(review.id), *by_command, check=False)
    assert done.returncode == 1
    assert Account.find(review.customer_code) is None
    assert Review.get_by_id(review.id).decision == ""


@pytest.mark.dialect
def test_refusal_leaves_after_fifteen_seconds_and_can_be_taken_back(office, clerk):
    review = asked(office, new_customer())
    form = plain(clerk.get(page_of(review, "/odmowa")).text)
    assert "the data belong to somebody else" in form
    assert clerk.post(page_of(review, "/odmowa"), 422).faults
    seen = clerk.post(page_of(review, "/odmowa"), reason="data-differ", told="To nie on.")
    assert (seen.path, "Take it back" in plain(seen.text)) == (QUEUE, True)
    mail = Mail.get((Mail.letter == "review_refused") & (Mail.subject_id == review.id))
    assert timedelta(seconds=14) < mail.due_at - mail.created_at < timedelta(seconds=16)
    with Colleague(office) as other:
        other.log_in(new_member())
        other.get(QUEUE)
        assert other.post(page_of(review, "/cofnij"), 410).refusal
    back = clerk.post(page_of(review, "/cofnij"))
    assert (back.path, "Taken back." in back.text) == (page_of(review), True)
    assert Review.get_by_id(review.id).decision == ""
    clerk.post(page_of(review, "/odmowa"), reason="data-differ")
    waiting = (Mail.letter == "review_refused") & Mail.failed_at.is_null()
    Mail.update(due_at=now()).where(waiting & (Mail.subject_id == review.id)).execute()
    until(lambda: len(office.mails_to(review.email)) == 3)
    assert clerk.post(page_of(review, "/cofnij"), 410).refusal == (
        "It is too late to take this back."
    )


@pytest.mark.dialect
def test_refusal_is_not_taken_back_once_the_applicant_has_asked_anew(office, clerk):
    customer = new_customer()
    review = asked(office, customer)
    clerk.get(page_of(review))
    clerk.post(page_of(review, "/odmowa"), reason="data-differ")
    copied = Review.select().where(Review.id == review.id).dicts().get()
    Review.create(**copied | {"id": None, "decision": "", "decided_at": None})
    assert clerk.post(page_of(review, "/cofnij"), 410).refusal
    mail = Mail.get((Mail.letter == "review_refused") & (Mail.subject_id == review.id))
    assert mail.failed_at is None


def test_others_see_who_looks_at_a_request(office, clerk):
    review = asked(office, new_customer())
    with Colleague(office) as marek:
        marek.log_in(new_member(name="Marek Sowa"))
        marek.get(page_of(review))
    assert "Marek Sowa is looking at it" in plain(clerk.get(QUEUE).text)
    assert "Marek Sowa is looking, too" in plain(clerk.get(page_of(review)).text)
    gone = now() - timedelta(minutes=6)
    Look.update(seen_at=gone).where(Look.customer_code == review.customer_code).execute()
    row = plain(clerk.get(QUEUE).text)
    assert "Marek Sowa is looking at it" not in row


def test_request_with_a_code_nobody_has_can_only_be_refused(office, clerk):
    customer, code = new_customer(), new_code()
    review = asked(office, customer, code)
    seen = plain(clerk.get(page_of(review)).text)
    assert "It can only be refused" in seen
    assert clerk.post(page_of(review, "/zatwierdzenie"), 409, reached_by="counter").refusal
    clerk.post(page_of(review, "/odmowa"), reason="not-a-customer")
    assert "nobody has a contract" in plain(clerk.get(f"{QUEUE}?widok=odmowy").text)


def test_request_of_somebody_with_an_account_says_so_and_opens_no_second(office, clerk):
    customer = new_customer()
    review = asked(office, customer)
    new_account(customer, PASSWORD)
    assert "There is an account for this customer code already." in plain(
        clerk.get(page_of(review)).text
    )
    assert clerk.post(page_of(review, "/zatwierdzenie"), 409, reached_by="counter").refusal
    assert Review.get_by_id(review.id).decision == ""


def test_numbers_that_are_none_are_no_requests(clerk):
    for number in ("0", "999999999999999999999", "x", "1e3", "²"):
        clerk.get(f"{QUEUE}/{number}", 404)
    for after in ("999999999999999999999", "x", "-1"):
        clerk.get(f"{QUEUE}?po={after}")


def test_list_goes_on_after_twenty_five(office, clerk):
    first = asked(office, new_customer())
    copied = Review.select().where(Review.id == first.id).dicts().get()
    many = [copied | {"id": None, "email": f"{n}-{first.email}"} for n in range(26)]
    for row in many:
        del row["id"]
        Review.create(**row)
    page = clerk.get(f"{QUEUE}?po={first.id - 1}")
    assert page.text.count("table__go") == 25
    more = clerk.get(f"{QUEUE}?po={first.id + 24}")
    assert f"{QUEUE}/{first.id + 25}" in more.text
    Review.update(decision="overtaken", decided_at=now()).where(Review.id >= first.id).execute()


def test_what_an_applicant_typed_is_text_in_the_clerks_browser(office, clerk):
    evil = '<img src=x onerror="alert(1)">'
    review = asked(office, new_customer(), buyer=evil, number=f"{evil}/1", amount=evil, phone=evil)
    for path in (QUEUE, page_of(review), page_of(review, "/odmowa")):
        seen = clerk.get(path).text
        assert "<img" not in seen
        assert not re.search(r"<[^>]*onerror=", seen)
