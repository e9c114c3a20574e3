"""What was typed is told apart: an identifier jumps, words are searched for."""

import pytest

from cast import add_invoice, new_account, new_code, new_customer, new_email
from ebok.customers.models import Customer
from ebok.lookup import operations as lookup
from ebok.meters.models import Meter, PointOfUse
from ebok.tokens import new_public_id
from visitor import PASSWORD

pytestmark = pytest.mark.dialect
KSEF = "5265877635-20250826-0100001AF629-AF"


@pytest.fixture(autouse=True)
def house(office):
    """The database is the office's."""


@pytest.fixture(scope="session")
def digits() -> str:
    """Nine digits that nobody has."""
    return f"6{int(new_code()[3:]):08d}"


def found(query: str) -> dict[str, list[str]]:
    """Codes by kind."""
    groups = lookup.find(query, 20).groups
    return {each.kind: [hit.code for hit in each.hits] for each in groups}


def test_customer_code_jumps_in_any_writing():
    code = new_customer().code
    for text in (code, code.replace("-", ""), code.replace("-", " "), f" {code} ", code[3:]):
        assert found(text)["code"] == [code], text
        assert lookup.find(text, 20).jump == lookup.Hit(code, lookup.compact(text))


def test_every_other_identifier_jumps():
    nip = "5252248481"
    customer = new_customer("Fryderyk Identyfikowalny", nip=nip, email=new_email())
    code, number = customer.code, customer.number
    ksef = f"{KSEF[:-5]}{new_public_id()[:2].upper()}-AF"
    invoice = add_invoice(code, customer.name, 1, ksef_number=ksef)
    PointOfUse.create(code=f"P{code}", customer_code=code)
    serial = f"WM/{code[3:]}/A"
    Meter.create(serial=serial, point_code=f"P{code}", digits=5, kind="water")
    Customer.update(phone="(22) 123-45-67").where(Customer.code == code).execute()
    email = Customer.get_by_id(code).email
    assert found(number.lower())["invoice"] == [code]
    assert found(f"faktura nr {number}")["invoice"] == [code]
    assert found(ksef)["ksef"] == [code]
    assert found(invoice.number)["invoice"] == [code]
    assert found(serial.replace("/", " "))["serial"] == [code]
    assert code in found("PL 525-224-84-81")["nip"]
    assert code in found("+48 22 123 45 67")["phone"]
    assert code in found("0048221234567")["phone"]
    assert found(email.upper()) == {"email": [code]}
    assert code in found(email.partition("@")[0] + "@")["email"]


def test_phone_of_the_account_is_found_at_once(digits):
    """An account changes while somebody searches: nobody waits for the worker."""
    customer = new_customer()
    account = new_account(customer, PASSWORD, phone=f"+48{digits}")
    spaced = f"{digits[:3]} {digits[3:6]}-{digits[6:]}"
    assert found(spaced) == {"phone": [customer.code]}
    account.change(phone="")
    assert found(spaced) == {}


def test_caller_is_known_in_any_notation_and_several_are_all_told():
    two = [new_customer().code, new_customer().code]
    number = f"7{int(two[0][3:]):08d}"
    spaced = f"0 48 {number[:3]}.{number[3:]}"
    Customer.update(phone=spaced.removeprefix("0 48 ")).where(Customer.code == two[0]).execute()
    Customer.update(phone=f"22 123 45 67, +48{number}").where(Customer.code == two[1]).execute()
    for typed in (number, f"+48{number}", f"0048 {number}", f"(+48) {number[:3]}-{number[3:]}"):
        assert lookup.find_caller(typed) == sorted(two), typed
    for none in ("", "anonymous", "12", "9" * 30, "'; DROP TABLE customer; --"):
        assert lookup.find_caller(none) == []


def test_house_number_is_not_only_taken_for_an_identifier():
    code = new_code()
    street = f"Identyfikatorowa {code[-4:]}"
    Customer.create(code=code, name="Bogna Domowa", kind="person", street=street)
    assert found(f"domowa {code[-4:]}") == {"words": [code]}


def test_what_nobody_has_is_said_with_what_each_word_would_find():
    code = new_code()
    Customer.create(code=code, name="Sewerynka Niespotykana", kind="person", street="Jarowa 1")
    results = lookup.find("niespotykana jarowa 77123", 20)
    assert results.groups == []
    assert dict(results.singly).keys() == {"niespotykana", "jarowa"}
    instead = lookup.find("niespotyknaa", 20)
    assert instead.instead == {"niespotyknaa": ["niespotykana"]}
    assert instead.codes == [code]


@pytest.mark.parametrize(
    "text",
    ["", " ", "%", "_", "\\", "'", '"', "\0", "%%%%", "a" * 5000, "@", "-", "🚰", "ул. Миру"],
)
def test_anything_can_be_typed(text):
    assert isinstance(lookup.find(text, 20), lookup.Results)


def test_more_than_fit_are_told_to_be_more():
    for _ in range(6):
        Customer.create(code=new_code(), name="Rodzina Wielokrotna", kind="person")
    [group] = lookup.find("wielokrotna", 5).groups
    assert (len(group.hits), group.has_more) == (5, True)
