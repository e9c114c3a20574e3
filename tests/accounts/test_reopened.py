"""A customer code whose account was closed and opened anew: nothing passes to the next one."""

import json

import pytest

from cast import add_invoice, new_account, new_customer, new_email
from ebok import audit, settings
from ebok.accounts.models import Account
from ebok.actor import Actor, Kind
from ebok.app import create_core
from ebok.audit.events import Event
from ebok.data_export.operations_sections import sections
from ebok.database import now
from ebok.exports.models import Outgoing
from ebok.mail.models import Mail
from ebok.notifications.models import Notification
from ebok.notifications.operations import publish
from ebok.payments.models import PaymentOrder
from office import LIMITS
from visitor import PASSWORD, Visitor, temporary_password

OPERATOR = "operator"


@pytest.fixture
def app(office):
    """The office's own code, beside its processes."""
    app = create_core(settings.load(office.settings()))
    with app.app_context():
        yield app


def close(visitor) -> None:
    visitor.post("/api/my-data/closing", 204, current_password=PASSWORD)
    visitor.token = ""


@pytest.mark.shows("P16")
def test_browser_that_registered_is_not_told_of_the_account_after_it(visitor, other_visitor):
    customer = new_customer()
    visitor.register(customer)
    visitor.office.run("accounts", "close", customer.code, "--clerk", "dorota")
    email = other_visitor.open_account(customer)
    for shown in ({"number": "FV/0", "amount": "1,00"}, {}):
        answer = visitor.confirm(customer, 410, "registration-void", **shown)
        assert email not in str(answer.body)


def test_answer_that_was_lost_names_the_address_that_was_proved_here(visitor):
    customer, email = new_customer(), new_email()
    visitor.register(customer, email)
    Account.find(customer.code).change(email=new_email())
    assert visitor.confirm(customer, 201)["account"]["email"] == email


def test_browser_of_the_former_owner_is_a_stranger_to_the_next(office, visitor, other_visitor):
    customer = new_customer()
    visitor.settle(customer)
    close(visitor)
    other_visitor.open_account(customer)
    with Visitor(office, visitor.source) as sinner:
        for _ in range(LIMITS.logins_per_source):
            sinner.log_in(customer.code, "wrong", 401)
    visitor.log_in(customer.code, "wrong", 429, "too-many-logins")


def test_next_owner_is_warned_although_the_one_before_was_today(office, visitor, other_visitor):
    customer = new_customer()
    visitor.settle(customer)
    with Visitor(office) as sinner:
        for n in range(11):
            sinner.log_in(customer.code, "wrong", 401 if n < 10 else 429)
    close(visitor)
    email = other_visitor.open_account(customer)
    with Visitor(office) as sinner:
        for n in range(11):
            sinner.log_in(customer.code, "wrong", 401 if n < 10 else 429)
    assert office.mail_to(email, f"{LIMITS.login_wait_minutes} minut")


@pytest.mark.shows("P16")
def test_links_of_the_account_before_open_nothing_of_the_next(office, visitor, other_visitor):
    billed = new_email()
    customer = new_customer(email=billed)
    email = visitor.open_account(customer)
    freezing = office.mail_to(billed, "/blokada-konta#").text.split("/blokada-konta#")[1]
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    setting = office.mail_to(email, "/nowe-haslo#").text.split("/nowe-haslo#")[1]
    close(visitor)
    other_visitor.open_account(customer)
    link, new = setting.split()[0], "Nowe-haslo-na-2027"
    visitor.post("/api/account/freeze", 410, "link-spent", token_=freezing.split()[0])
    visitor.put("/api/password-reset", 410, "link-spent", token=link, new_password=new)
    other_visitor.get("/api/account")


def told(customer, feed: str) -> list[dict]:
    mine = (Outgoing.customer_code == customer.code) & (Outgoing.feed == feed)
    return [json.loads(row.facts) for row in Outgoing.select().where(mine).order_by(Outgoing.id)]


@pytest.mark.shows("P16")
def test_billing_hears_of_a_withdrawal_whatever_the_next_account_does(visitor, other_visitor):
    customer = new_customer()
    visitor.open_account(customer)
    visitor.put("/api/my-data/e-invoice", given=True)
    Outgoing.update(exported_at=now()).where(Outgoing.customer_code == customer.code).execute()
    close(visitor)
    temporary = other_visitor.register(customer, e_invoice=False)
    other_visitor.log_in(customer.code, temporary)
    other_visitor.put("/api/account/password", new_password=PASSWORD)
    close(other_visitor)
    assert False in [fact["given"] for fact in told(customer, "consents")]


def test_freeze_holds_what_its_own_account_told(office, visitor, other_visitor):
    customer = new_customer()
    visitor.open_account(customer)
    Outgoing.update(exported_at=now()).where(Outgoing.customer_code == customer.code).execute()
    close(visitor)
    other_visitor.open_account(customer)
    office.run("accounts", "freeze", customer.code, "--clerk", "dorota")
    withdrawn = next(
        row
        for row in Outgoing.select().where(Outgoing.customer_code == customer.code)
        if row.feed == "consents" and not json.loads(row.facts)["given"]
    )
    assert withdrawn.effective_at <= now()


def test_own_data_hold_nothing_of_an_order_of_the_account_before(app):
    customer = new_customer()
    former = new_account(customer, PASSWORD, closed_at=now(), email="")
    account = new_account(customer, PASSWORD)
    orders = [
        PaymentOrder.create(account=who, amount_grosze=100, operator=OPERATOR, created_at=now())
        for who in (former, account)
    ]
    for order in orders:
        audit.record(Actor(Kind.OPERATOR), Event.PAID_ONLINE, customer.code, order.id)
    deeds = [row["detail"] for row in sections(account)["deeds"]()]
    assert deeds == [orders[1].id]


def test_list_of_mails_has_none_of_a_registration_of_the_account_before(visitor):
    customer, email = new_customer(), new_email()
    visitor.open_account(customer, email)
    close(visitor)
    assert visitor.office.mail_to(email, "zamknięte")
    before = {mail.short_code for mail in Mail.select().where(Mail.recipient == email)}
    temporary = visitor.office.mails_to(email)
    visitor.start(customer.code, email)
    visitor.type_code(email, skip=len(temporary))
    visitor.confirm(customer)
    visitor.log_in(
        customer.code, temporary_password(visitor.office.mail_to(email, skip=len(temporary) + 1))
    )
    visitor.put("/api/account/password", new_password=PASSWORD)
    shown = {row["short_code"] for row in visitor.get("/api/account/mails")["mails"]}
    assert shown
    assert not {code.replace("-", "") for code in shown if code} & before


def test_publishing_writes_to_no_account_that_was_closed(app):
    customer = new_customer()
    former = new_account(customer, PASSWORD, closed_at=now(), email="")
    invoice = add_invoice(customer.code, customer.name)
    Notification.create(
        account=former,
        invoice_number=invoice.number,
        kind="invoice",
        import_id=987_654,
        created_at=now(),
    )
    assert publish(987_654) == 0


def test_temporary_password_is_of_its_own_account(visitor, other_visitor):
    """What one registration was mailed opens nothing that another one has opened."""
    customer = new_customer()
    email = visitor.start_and_prove(customer.code)
    visitor.confirm(customer)
    password = temporary_password(visitor.office.mail_to(email, skip=1))
    visitor.office.run("accounts", "close", customer.code, "--clerk", "dorota")
    other_visitor.settle(customer)
    visitor.log_in(customer.code, password, 401, "wrong-login")
