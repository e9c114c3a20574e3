"""Paying online: one change of state, whatever is told and however often; nothing else believed."""

import hashlib
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from cast import add_invoice, add_payment, new_account, new_customer, today
from ebok.audit import AuditRow
from ebok.database import now
from ebok.payments import operations_imoje as imoje, operations_orders as orders
from ebok.payments.errors import UnreadableCallback, WrongSignature
from ebok.payments.models import PaymentOrder
from ebok.settings import Imoje
from operator_fake import KEY, notification
from visitor import PASSWORD, PATIENT, Visitor

TODAY = today()
NOWHERE = "0" * 32


@pytest.fixture
def anna(paying_office):
    """Anna at her browser, logged in."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    with Visitor(paying_office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        visitor.customer_code = customer.code
        yield visitor


def begin(anna, operator, invoice=None) -> str:
    """Start a payment and send the form to the operator; the order's id."""
    answer = anna.post("/api/payment-orders", 201, invoice_id=invoice.public_id if invoice else "")
    sent = answer["payment_order"]
    form = {field["name"]: field["value"] for field in sent["fields"]}
    assert httpx.post(sent["action"], data=form, **PATIENT).status_code == 200, operator.refused
    return sent["id"]


def deeds(order: str) -> list[str]:
    """What the audit log says of an order, after it was started."""
    rows = AuditRow.select().where(AuditRow.detail.contains(order)).order_by(AuditRow.id)
    return [row.did for row in rows][1:]


def state(anna, order: str) -> str:
    return anna.get(f"/api/payment-orders/{order}")["payment_order"]["state"]


def tell(office, order: str, *arguments, expect: int = 200, source: str = "", **changes) -> None:
    """A notification as somebody sends it, true or not."""
    body, headers = notification(order, *arguments, **changes)
    with Visitor(office, source) as sender:
        url = "/api/payment-notifications/imoje"
        answer = sender.http.post(url, content=body, headers=headers)
        sender._checked(answer, expect, url)


def test_form_carries_the_sum_that_is_left_and_a_signature_that_the_operator_finds_right(
    anna, operator
):
    invoice = add_invoice(anna.customer_code, "Anna", 0, 15_000, outstanding_grosze=4_000)
    order = begin(anna, operator, invoice)
    sent = operator.orders[order]
    assert (sent["amount"], sent["currency"]) == ("4000", "PLN")
    assert invoice.number in sent["orderDescription"]
    assert sent["urlReturn"].endswith(f"/platnosci?zlecenie={order}")


def test_signature_is_the_one_of_the_operators_own_example():
    fields = {
        "merchantId": "6yt3gjtm9p1odfgx8491",
        "serviceId": "63f574ed-d90d-4abe-9cs1-39117584a7b",
        "amount": "300",
        "currency": "PLN",
        "orderId": "123",
        "orderDescription": "Example transaction",
        "customerFirstName": "John",
        "customerLastName": "Doe",
        "customerEmail": "johndoe@domain.com",
        "customerPhone": "501501501",
        "urlSuccess": "https://your-shop.com/success",
        "urlFailure": "https://your-shop.com/failure",
        "urlReturn": "https://your-shop.com/return",
    }
    key = "eAyhFLuHgwl5hu-32GM8QVlCVMWRU0dGjH1c"
    told = "0dd0c7b26d2bb0ea0b87c1cb10d83ab54a2ce18f72c7be8ef1b4bb31ad7515c2;sha256"
    assert imoje.signature(fields, key) == told


@pytest.mark.shows("T13.6")
@pytest.mark.dialect
def test_paid_is_told_but_settles_no_invoice(anna, operator):
    invoice = add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator, invoice)
    assert state(anna, order) == "started"
    assert operator.tell(order).json() == {"status": "ok"}
    assert state(anna, order) == "paid"
    balance = anna.get("/api/balance")["balance"]
    assert (balance["owed"]["grosze"], balance["left"]["grosze"]) == (4_000, 0)
    assert [paid["id"] for paid in balance["paid_online"]] == [order]
    # Until billing has booked it nobody pays a second time by mistake.
    for what in (invoice.public_id, ""):
        anna.post("/api/payment-orders", 409, "paid-already", invoice_id=what)
    add_payment(anna.customer_code, 4_000, TODAY + timedelta(days=1))
    assert anna.get("/api/balance")["balance"]["paid_online"] == []


@pytest.mark.shows("P25", "T13.5")
@pytest.mark.dialect
def test_same_notification_ten_times_at_once_is_one_change(anna, operator):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: operator.tell(order).status_code, range(10)))
    assert answers == [200] * 10
    assert deeds(order) == ["paid online"]


@pytest.mark.shows("T13.4")
@pytest.mark.parametrize(
    ("lie", "status", "code"),
    [
        ({"key": "another"}, 403, "wrong-signature"),
        ({"merchant": "another"}, 403, "wrong-signature"),
        ({"alg": "md5"}, 403, "wrong-signature"),
        ({"amount": 3_999}, 422, "other-sum"),
        ({"currency": "EUR"}, 422, "other-sum"),
        ({"order": NOWHERE}, 404, "not-found"),
    ],
)
def test_what_is_not_true_changes_nothing_and_is_written_down(
    anna, operator, paying_office, lie, status, code
):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator)
    before = AuditRow.select().where(AuditRow.did == "payment notice refused").count()
    said = {"order": order, "status": "settled", "amount": 4_000} | lie
    body, headers = notification(**said)
    with Visitor(paying_office) as liar:
        url = "/api/payment-notifications/imoje"
        answer = liar.http.post(url, content=body, headers=headers)
        assert liar._checked(answer, status, url)["code"] == code
    assert state(anna, order) == "started"
    refused = AuditRow.select().where(AuditRow.did == "payment notice refused")
    assert refused.count() == before + 1
    assert code in refused.order_by(AuditRow.id.desc()).first().detail


@pytest.mark.shows("T13.4")
def test_body_that_was_changed_on_the_way_is_refused(anna, operator, paying_office):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator)
    body, headers = notification(order, "rejected", 4_000)
    answer = anna.http.post(
        "/api/payment-notifications/imoje",
        content=body.replace(b"rejected", b"settled"),
        headers=headers,
    )
    assert answer.status_code == 403
    assert state(anna, order) == "started"


@pytest.mark.shows("T13.5")
def test_late_failure_does_not_undo_what_was_paid(anna, operator):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator)
    for status in ("rejected", "settled", "rejected", "pending", "cancelled"):
        assert operator.tell(order, status).status_code == 200
    assert state(anna, order) == "paid"
    assert deeds(order) == ["payment failed", "paid online"]


@pytest.mark.shows("T13.5")
@pytest.mark.dialect
def test_money_that_came_twice_is_written_down(anna, operator):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator)
    operator.tell(order)
    operator.tell(order, transaction="another")
    assert deeds(order) == ["paid online", "paid twice"]


def test_refund_is_heard_and_changes_nothing(anna, operator):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator)
    operator.tell(order)
    assert operator.tell(order, kind="refund").status_code == 200
    assert state(anna, order) == "paid"


@pytest.mark.dialect
def test_whole_debt_can_be_paid_less_what_is_on_its_way(anna, operator):
    first = add_invoice(anna.customer_code, "Anna", 1, 4_000)
    add_invoice(anna.customer_code, "Anna", 0, 5_000)
    operator.tell(begin(anna, operator, first))
    assert operator.orders[begin(anna, operator)]["amount"] == "5000"


def test_nothing_to_pay_begins_nothing(anna, operator):
    paid = add_invoice(anna.customer_code, "Anna", 0, 4_000, outstanding_grosze=0)
    for what in (paid.public_id, ""):
        anna.post("/api/payment-orders", 409, "nothing-to-pay", invoice_id=what)


@pytest.mark.shows("T13.3")
def test_nobody_pays_or_sees_for_another(anna, operator, paying_office):
    invoice = add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator, invoice)
    bartek = new_customer(months=0)
    new_account(bartek, PASSWORD)
    with Visitor(paying_office) as other:
        other.log_in(bartek.code, PASSWORD)
        other.get(f"/api/payment-orders/{order}", 404)
        other.post("/api/payment-orders", 404, invoice_id=invoice.public_id)


@pytest.mark.dialect
@pytest.mark.defaults("payment_orders_per_account_hour")
def test_twenty_payments_an_hour_are_begun_at_most(anna, operator):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    for _ in range(20):
        anna.post("/api/payment-orders", 201, invoice_id="")
    anna.post("/api/payment-orders", 429, "too-many", invoice_id="")


@pytest.mark.shows("T13.7")
@pytest.mark.dialect
def test_one_source_fills_the_audit_log_with_sixty_lies_at_most(paying_office):
    with Visitor(paying_office) as liar:
        before = AuditRow.select().count()
        url, headers = "/api/payment-notifications/imoje", {"Content-Type": "application/json"}
        seen = [liar.http.post(url, content=b"{}", headers=headers).status_code for _ in range(62)]
        assert seen == [403] * 60 + [429] * 2
        assert AuditRow.select().count() == before + 60


@pytest.mark.shows("T13.7")
@pytest.mark.parametrize(
    "sent",
    ["Content-Length: 16385\r\n\r\n", f"Transfer-Encoding: chunked\r\n\r\n4001\r\n{'x' * 16385}"],
    ids=["told", "chunks"],
)
def test_long_notification_is_refused_before_it_is_there(paying_office, sent):
    """Nobody knows yet who sends it: it is neither waited for nor kept."""
    head = "POST /api/payment-notifications/imoje HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection(("127.0.0.1", paying_office.port)) as line:
        line.sendall((head + sent).encode())
        answer = line.recv(12)
    assert answer == b"HTTP/1.1 413"


def test_notification_as_long_as_may_be_is_read(paying_office):
    """Its signature is looked at: it is refused for that."""
    url = "/api/payment-notifications/imoje"
    with Visitor(paying_office) as sender:
        assert sender.http.post(url, content=b"x" * 16_384).status_code == 403


def test_signed_nonsense_is_refused_and_not_a_crash():
    shop = imoje.Imoje(Imoje(merchant_id="m", service_id="s", service_key="k"))
    with pytest.raises(WrongSignature):
        shop.read_notification({"X-Imoje-Signature": "signature=żółć;alg=sha256"}, b"{}")
    for body in (
        b"{}",
        b"[]",
        b"no",
        b'{"transaction": 1}',
        b'{"payment": {"status": []}}',
        b"\xff",
    ):
        signed = hashlib.sha256(body + b"k").hexdigest()
        header = f"merchantid=m;serviceid=s;signature={signed};alg=sha256"
        with pytest.raises(UnreadableCallback):
            shop.read_notification({"X-Imoje-Signature": header}, body)


def test_office_without_an_operator_knows_no_notifications(office, visitor):
    customer = new_customer()
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    visitor.post("/api/payment-orders", 404, invoice_id="")
    tell(office, NOWHERE, "settled", 1, expect=404)


@pytest.mark.shows("T13.8")
def test_key_of_the_operator_stands_in_no_log_and_no_row(anna, operator, paying_office):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    operator.tell(begin(anna, operator))
    assert KEY not in paying_office.log()
    assert KEY not in repr(Imoje(service_key=KEY))
    assert KEY not in " ".join(str(row) for row in PaymentOrder.select().tuples())


def test_what_was_paid_long_ago_is_on_its_way_no_more(anna, operator):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    order = begin(anna, operator)
    operator.tell(order)
    long_ago = now() - timedelta(days=15)
    PaymentOrder.update(settled_at=long_ago).where(PaymentOrder.id == order).execute()
    balance = anna.get("/api/balance")["balance"]
    assert (balance["paid_online"], balance["left"]["grosze"]) == ([], 4_000)
    # The debt is back, with a word.
    assert balance["told_lost"][0].startswith("40,00\u00a0zł zapłacono online")


@pytest.mark.shows("T13.8")
def test_only_the_page_may_send_a_form_to_the_operator_and_to_no_other(paying_office, operator):
    policy = httpx.get(f"{paying_office.base_url}/", **PATIENT).headers["Content-Security-Policy"]
    origin = operator.address.removesuffix("/payment")
    assert f"form-action 'self' {origin};" in policy
    told = httpx.get(f"{paying_office.base_url}/api/session", **PATIENT).headers[
        "Content-Security-Policy"
    ]
    assert "form-action 'self';" in told


@pytest.mark.dialect
def test_payment_that_was_never_made_is_forgotten_after_thirty_days(anna, operator):
    add_invoice(anna.customer_code, "Anna", 0, 4_000)
    add_invoice(anna.customer_code, "Anna", 0, 5_000)
    unpaid, fresh, paid = begin(anna, operator), begin(anna, operator), begin(anna, operator)
    operator.tell(paid)
    old = now() - timedelta(days=31)
    PaymentOrder.update(created_at=old).where(PaymentOrder.id.in_((unpaid, paid))).execute()
    orders.forget_unpaid_orders(now(), None)
    mine = PaymentOrder.select().where(PaymentOrder.id.in_((unpaid, fresh, paid)))
    assert {order.id for order in mine} == {fresh, paid}
