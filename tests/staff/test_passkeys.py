"""Passkeys that count nothing, count, or were copied: through the door, without a browser."""

import pytest

from authenticator import Authenticator
from colleague import Colleague, new_member
from ebok.staff.models import StaffMember, StaffPasskey

pytestmark = pytest.mark.shows("T14.7")


@pytest.fixture
def dorota(office) -> StaffMember:
    """A clerk, with an app."""
    return new_member()


def new_passkey(office, member: StaffMember, count: int) -> Authenticator:
    """A passkey that the member has added; they are logged out again."""
    holder = Authenticator(office.base_url, count)
    with Colleague(office) as here:
        here.log_in(member)
        here.get("/biuro/konto")
        page = here.post("/biuro/konto/czynniki")
        here.post("/biuro/konto/czynniki/klucz", answer=holder.made(page.text), passkey_name="K")
        here.post("/biuro/wyloguj")
    assert StaffPasskey.of(member)[0].sign_count == count
    return holder


def enter(office, holder: Authenticator, expect: int = 200) -> str:
    """Log in with the passkey alone; the page that comes."""
    with Colleague(office) as somebody:
        page = somebody.get("/biuro/logowanie")
        answer = holder.shown(page.text)
        return somebody.post("/biuro/logowanie/klucz", expect, answer=answer).path


def test_passkey_that_counts_nothing_lets_in_again_and_again(office, dorota):
    holder = new_passkey(office, dorota, 0)
    for _ in range(3):
        assert enter(office, holder) == "/biuro"
    [key] = StaffPasskey.of(dorota)
    assert key.sign_count == 0
    assert key.used_at


def test_passkey_that_counts_is_refused_once_its_count_stands_or_goes_back(office, dorota):
    """Somebody has a copy: of two that count, one is behind."""
    holder = new_passkey(office, dorota, 5)
    holder.count = 9
    assert enter(office, holder) == "/biuro"
    for count in (9, 6, 0):
        holder.count = count
        enter(office, holder, 422)
    holder.count = 10
    assert enter(office, holder) == "/biuro"


def test_passkey_of_another_key_address_or_unverified_holder_is_refused(office, dorota):
    holder = new_passkey(office, dorota, 0)
    other = Authenticator(office.base_url)
    other.id = holder.id
    enter(office, other, 422)
    elsewhere = Authenticator("http://evil.example")
    elsewhere.id, elsewhere.key = holder.id, holder.key
    enter(office, elsewhere, 422)
    assert enter(office, holder) == "/biuro"
