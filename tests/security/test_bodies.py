"""Bodies that no page of ours sends: each is refused in the one shape, none is our fault."""

import json
import re
import socket
from contextlib import suppress

import pytest

from cast import new_account, new_code, new_customer, new_email
from described import description, faults_of, resolved
from ebok import settings
from ebok.app import create_app
from ebok.registration.models import Review
from ebok.server.bodies import KILO, SMALL, body_of
from visitor import PASSWORD, require_problem

pytestmark = pytest.mark.shows("T10.0")

HALF = "\ud800"
CHANGES = ("post", "put", "delete")


def doors(with_body: bool) -> list[tuple[str, str, dict]]:
    """Every call that changes something: its method, its path, the schema of its body."""
    found = []
    for path, item in description()["paths"].items():
        for method in item.keys() & set(CHANGES):
            body = resolved(item[method].get("requestBody", {}))
            told = body.get("content", {}).get("application/json", {}).get("schema")
            if (told is not None) == with_body:
                found.append((method.upper(), path, resolved(told or {})))
    return found


VALUES = {
    "half a surrogate pair": HALF,
    "NUL": "a\0b",
    "ligatures that grow": "ﷺ" * 200,
    "a long text": "9" * 3_000,
    "infinity": float("inf"),
    "a huge number": 10**3000,
    "a list": [1],
    "an object": {"a": 1},
    "true": True,
    "null": None,
    "a template": "{{7*7}}%(code)s{0}",
    "a second header": "a@poczta.example\r\nBcc: b@poczta.example",
}


def send(visitor, method: str, path: str, body: bytes):
    """Send these very bytes; the answer is no crash, and has the one shape."""
    visitor.token = visitor.token or visitor.get("/api/session")["session"]["csrf_token"]
    headers = {"X-CSRFToken": visitor.token, "Content-Type": "application/json"}
    response = visitor.http.request(method, path, content=body, headers=headers)
    assert response.status_code < 500, (path, visitor.office.log()[-2000:])
    if response.status_code >= 400:
        require_problem(response, response.json())
    return response


@pytest.fixture
def customer(other_visitor):
    """A customer, signed in."""
    anna = new_customer(months=1)
    new_account(anna, PASSWORD)
    other_visitor.log_in(anna.code, PASSWORD)
    return other_visitor


@pytest.mark.shows("T6.3", "V1.2.4", "V2.2.1")
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_strange_values_are_refused_at_every_door(visitor, customer, value):
    """Who registers and who has signed in sends one value in each field that a door describes."""
    visitor.start_and_prove(new_code())
    for method, path, schema in doors(with_body=True):
        body = dict.fromkeys(schema.get("properties", ()), value)
        for who in (visitor, customer):
            status = send(who, method, path, json.dumps(body).encode()).status_code
            assert status >= 400 or not faults_of(body, schema), (method, path, status)
    for method, path, _schema in doors(with_body=False):
        send(visitor, method, path, json.dumps({"a": value}).encode())


ADDRESSES = (
    "/faktury/{}",
    "/api/invoices/{}",
    "/api/invoices/{}/transfer",
    "/api/invoices/{}/document.pdf",
    "/api/payment-orders/{}",
    "/api/my-data/texts/{}",
    "/api/my-data/archive/{}",
    "/api/ledger?after={}",
    "/api/ledger?after=2026-01-01_0_{}",
    "/api/ledger.csv?from={}&to={}",
    "/api/ledger?from={}&limit={}",
    "/api/invoices?number={}&point={}&year={}",
    "/api/invoices?after={}&limit={}",
    "/api/invoices/documents.zip?ids={}",
    "/api/invoices/documents.zip?number={}&point={}&year={}",
    "/api/use?point={}",
)
PARTS = ("%00", "a%00b", "%ED%A0%80", "%25", "9" * 5_000, "1.1." + "9" * 20, "-1", "%0D%0AX:y")


@pytest.mark.parametrize("address", ADDRESSES)
def test_strange_parts_of_an_address_are_refused(visitor, address):
    customer = new_customer(months=1)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    for part in PARTS:
        answer = visitor.http.get(address.replace("{}", part))
        assert answer.status_code < 500, (part, visitor.office.log()[-2000:])
        if answer.status_code >= 400 and address.startswith("/api/"):
            require_problem(answer, answer.json())


@pytest.mark.parametrize("field", ["customer_code", "password"])
def test_half_a_surrogate_pair_is_no_login(visitor, field):
    typed = {"customer_code": new_code(), "password": "x"} | {field: f"x{HALF}"}
    assert send(visitor, "POST", "/api/session", json.dumps(typed).encode()).status_code == 400


@pytest.mark.shows("V2.2.1", "V15.3.5")
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 30_000,
        b'{"a":' * 10_000,
        b'{"customer_code":' + b"9" * 5_000 + b"}",
        b'{"customer_code":"\xff\xfe"}',
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"",
        b"NaN",
    ],
    ids=lambda body: body[:12],
)
def test_what_is_no_object_is_refused(customer, body):
    for method, path, _schema in doors(with_body=True):
        assert send(customer, method, path, body).status_code in (400, 404, 413), (method, path)


@pytest.mark.shows("T6.4", "V8.2.3")
def test_name_of_an_unknown_field_is_not_repeated(visitor):
    """Else anybody could have an answer of ours say what they like."""
    strange = f"call 700 000 000{HALF}"
    for name in (strange, strange.removesuffix(HALF)):
        body = json.dumps({name: [1], "customer_code": [1]}).encode()
        assert "700 000 000" not in send(visitor, "POST", "/api/session", body).text


@pytest.mark.shows("V1.1.1", "V1.4.2")
def test_number_that_grows_when_it_is_read_fits_its_column(visitor):
    """One character of Arabic's ligatures is eighteen letters: a column has room for 255.

    The office is asked all the same, and is shown as much as a number may be long.
    """
    customer, email = new_customer(), new_email()
    visitor.start_and_prove(customer.code, email)
    for _ in range(2):
        visitor.confirm(customer, 422, "no-match", amount="1,00")
    form = {"kind": "person", "buyer": "ﷺ" * 200, "amount": "1", "privacy": True, "terms": True}
    form |= {"number": "ﷺ" * 200, "no_phone": True}
    answer = send(visitor, "POST", "/api/registration/review", json.dumps(form).encode())
    assert answer.status_code == 202
    assert len(Review.get(Review.email == email).number) == 200


@pytest.mark.shows("V15.3.5")
def test_only_true_is_a_consent(visitor):
    """0, "no" or "false" in the place of a tick is not agreement to anything."""
    customer = new_customer()
    visitor.start_and_prove(customer.code)
    for value in (0, "no", "false", 1, "on"):
        answer = visitor.confirm(customer, 422, "invalid-form", e_invoice=value)
        assert [fault["field"] for fault in answer["faults"]] == ["e_invoice"]


def told_raw(office, request: bytes) -> bytes:
    """All that is answered to these bytes until the line is closed."""
    with socket.create_connection(("127.0.0.1", office.port)) as line:
        with suppress(ConnectionError):
            line.sendall(request)
        answer = b""
        with suppress(ConnectionError):
            while part := line.recv(65536):
                answer += part
    return answer


HEAD = b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SECOND = b"GET /api/session HTTP/1.1\r\nHost: localhost\r\n\r\n"


def routes(office):
    """Method, path and limit of every address that is served, whoever may call it."""
    app = create_app(settings.load(office.settings()))
    for rule in app.url_map.iter_rules():
        path = re.sub("<[^>]+>", "x", str(rule))
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, path, body_of(app.view_functions[rule.endpoint])


def status_of(office, method: str, path: str, size: int) -> bytes:
    """The status with which a body of so many blanks is answered."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    length = f"Connection: close\r\nContent-Length: {size}\r\n\r\n"
    return told_raw(office, f"{head}{length}{' ' * size}".encode()).split(b" ")[1]


@pytest.mark.shows("T10.3")
def test_body_one_byte_too_long_is_refused_at_every_door(office):
    """By what each route says itself; also where nobody waits for a body, and where nobody is."""
    served = list(routes(office))
    assert len(served) > 80
    for method, path, body in [*served, ("POST", "/api/nothing", SMALL)]:
        if not body.is_streamed:
            told = [status_of(office, method, path, body.most_bytes + more) for more in (0, 1)]
            assert told[0] != b"413", (method, path)
            assert told[1] == b"413", (method, path)


@pytest.mark.shows("T10.3")
def test_few_doors_take_another_body_than_the_rest(office):
    others = {(m, p, b.most_bytes, b.is_streamed) for m, p, b in routes(office) if b != SMALL}
    assert others == {
        ("POST", "/rezygnacja/x", 2 * KILO, False),
        ("PUT", "/api/billing/bundles/x", 0, True),
    }


@pytest.mark.shows("P110", "T10.4", "V4.2.1", "V5.2.1")
@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 100000\r\n\r\n" + SECOND,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n11000\r\n" + b"x" * 0x11000 + b"\r\n" + SECOND,
        HEAD.replace(b"session", b"payment-notifications/imoje", 1)
        + b"Content-Length: 20000\r\n\r\n"
        + b"x" * 20_000
        + SECOND,
    ],
    ids=["told", "chunks", "of one door"],
)
def test_too_large_a_body_ends_the_connection_openly(office, request_):
    """A proxy must not send somebody else's request where the rest of this one still lies."""
    answer = told_raw(office, request_)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in head.lower().splitlines()
    assert json.loads(body)["code"] == "too-large"
