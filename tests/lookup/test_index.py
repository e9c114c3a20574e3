"""The index of customers follows the mirror and the accounts, whoever changes them."""

import pytest

from cast import new_account, new_code, new_customer, new_email
from ebok.accounts.models import Account
from ebok.customers.models import Customer
from ebok.database import all_rows, database, transaction
from ebok.lookup import operations_index as index
from ebok.lookup.operations_found import find_by_words
from ebok.meters.models import Meter, PointOfUse
from visitor import PASSWORD

pytestmark = pytest.mark.dialect


@pytest.fixture(autouse=True)
def house(office):
    """The database is the office's."""


def catch_up() -> None:
    while index.catch_up():
        pass


def codes(text: str) -> list[str]:
    catch_up()
    return [each.code for each in find_by_words(text).customers]


def moved_in(name: str, street: str = "", **columns) -> str:
    """A customer who lives there."""
    code = new_code()
    Customer.create(code=code, name=name, kind="person", street=street, **columns)
    return code


def counts_are_right() -> bool:
    """Whether words are counted as their postings stand."""
    wrong = all_rows(
        """
        SELECT w.word FROM lookup_word AS w
        WHERE w.customers <> (SELECT count(*) FROM lookup_posting WHERE word_id = w.id)
        """
    )
    return not wrong


def test_names_and_addresses_are_found_in_any_order_without_diacritics():
    code = moved_in("Wacława Żółkwińska-Grąbczewska", "ul. Świętopełka 14/9")
    for text in (
        "żółkwińska",
        "zolkwinska waclawa",
        "GRĄBCZEWSKA Żółkwińska",
        "swietopelka 14 grabczewska",
        "ul. Świętopełka 14/9",
        "zolkw grab swiet",
    ):
        assert code in codes(text), text
    assert code not in codes("zolkwinska 15")


@pytest.mark.parametrize(
    "typed", ["brzeszczykiewic", "brzezczykiewicz", "brzeszczykieiwcz", "brzeszczykkiewicz"]
)
def test_one_typing_error_in_each_word_is_forgiven(typed):
    code = moved_in("Onufry Brzęszczykiewicz", "Chrząszczewoszycka 3")
    assert code in codes(typed)
    assert code in codes(f"chrzaszczewozycka {typed}")
    found = find_by_words(typed)
    assert found.customers[0].score < 1
    # A prefix is as good as the word; nothing is told of what was typed rightly.
    assert find_by_words("brzeszczykiewicz").instead == {}
    assert codes("brzesczykkiewicz") == []


def test_change_of_the_mirror_is_followed_and_leaves_nothing_behind():
    code = moved_in("Zdzichosława Przedpołudniewska")
    assert codes("przedpoludniewska") == [code]
    Customer.update(name="Zdzichosława Popołudniewska").where(Customer.code == code).execute()
    assert codes("przedpoludniewska") == []
    assert codes("popoludniewska") == [code]
    point = PointOfUse.create(code=f"P{code}", customer_code=code, street="Zarzeczańska 77a")
    assert codes("zarzeczanska 77a") == [code]
    other = moved_in("Innocenty Kowal")
    PointOfUse.update(customer_code=other).where(PointOfUse.code == point.code).execute()
    assert codes("zarzeczanska") == [other]
    PointOfUse.delete().where(PointOfUse.code == point.code).execute()
    Customer.delete().where(Customer.code << [code, other]).execute()
    assert codes("popoludniewska") == codes("zarzeczanska") == []
    assert counts_are_right()


def test_nothing_is_indexed_of_what_was_rolled_back():
    def begin_and_fail() -> None:
        with transaction():
            moved_in("Rufin Cofniętowicz")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin_and_fail()
    assert codes("cofnietowicz") == []


def test_a_column_that_is_not_searched_makes_no_work():
    code = moved_in("Teofil Niezmieniony")
    catch_up()
    Customer.update(bank_account="1" * 26, name="Teofil Niezmieniony").where(
        Customer.code == code
    ).execute()
    Account.update(language="pl").execute()
    assert index.count_stale(10) == 0


def identifiers_of(code: str) -> set[str]:
    catch_up()
    [[lines]] = all_rows("SELECT identifiers FROM lookup_customer WHERE code = {0}", code)
    return set(lines.splitlines())


def test_identifiers_follow_accounts_and_meters():
    customer = new_customer(nip="5252248481", email="Biuro@Firma.example")
    code = customer.code
    PointOfUse.create(code=f"P{code}", customer_code=code)
    Meter.create(serial=f"AB-{code}", point_code=f"P{code}", digits=5, kind="water")
    compact = code.replace("-", "")
    assert identifiers_of(code) == {
        f"code {compact}",
        f"code {compact[2:]}",
        "nip 5252248481",
        "email biuro@firma.example",
        f"serial ab{compact}",
    }
    email = new_email()
    account = new_account(customer, PASSWORD, email=email, phone="+48600700800")
    assert {f"email {email}", "phone 600700800"} <= identifiers_of(code)
    account.change(phone="+380501234567")
    assert "phone 380501234567" in identifiers_of(code)
    account.change(closed_at=account.opened_at, email="", phone="")
    assert f"email {email}" not in identifiers_of(code)
    Meter.delete().where(Meter.serial == f"AB-{code}").execute()
    assert f"serial ab{compact}" not in identifiers_of(code)


def test_index_that_is_made_anew_is_the_same():
    moved_in("Gertruda Powtórzona", "Polna 1", phone="22 123-45-67, 600 700 800")

    def whole():
        rows = all_rows(
            """
            SELECT c.code, c.words, c.identifiers, w.word, w.customers FROM lookup_customer AS c
            JOIN lookup_posting AS p ON p.customer_id = c.id
            JOIN lookup_word AS w ON w.id = p.word_id
            """
        )
        return {tuple(map(str, row)) for row in rows}

    catch_up()
    before = whole()
    assert before
    index.rebuild()
    catch_up()
    assert whole() == before
    assert counts_are_right()
    assert database.execute_sql("SELECT count(*) FROM lookup_stale").fetchone() == (0,)
