"""Settings are honoured: an installation with its own numbers uses those."""

import re
from datetime import timedelta

import pytest

from cast import add_invoice, new_customer, new_email
from ebok import database
from ebok.accounts.models import Account, Link, Session
from ebok.consents.models import Consent
from ebok.customers.models import Customer
from ebok.database import now
from ebok.languages import LANGUAGES
from ebok.registration.models import Registration
from office import Office
from smtp import MailServer
from visitor import Visitor, temporary_password

OWN = {
    "EBOK_CUSTOMER_CODE_PATTERN": r"K\d{3}/\d",
    "EBOK_CODE_MINUTES": "3",
    "EBOK_PROVEN_MINUTES": "7",
    "EBOK_REGISTRATION_HOURS": "2",
    "EBOK_TEMPORARY_PASSWORD_HOURS": "5",
    "EBOK_PASSWORD_RESET_MINUTES": "6",
    "EBOK_FREEZE_DAYS": "4",
    "EBOK_PAPER_NOTICE_DAYS": "9",
    "EBOK_SESSION_IDLE_MINUTES": "11",
    "EBOK_SESSION_HOURS": "1",
    "EBOK_LIMITS_CODE_ATTEMPTS": "2",
    "EBOK_LIMITS_MATCHES_PER_REGISTRATION": "3",
}


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of another town, with other numbers."""
    with MailServer() as post, Office(database_url, tmp_path, post, **OWN) as office:
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


def test_code_of_this_town_is_read_without_its_slash(own_office):
    with Visitor(own_office) as celina:
        assert celina.start("K1234")["registration"]["customer_code"] == "K123/4"


def customer_of(code: str, email: str = ""):
    """Somebody with an invoice, whose code is of this town's form."""
    made = new_customer(months=0)
    Customer.create(code=code, name=made.name, kind="person", email=email)
    invoice = add_invoice(code, made.name)
    return type(made)(
        code, made.name, "person", "", invoice.number, f"{invoice.gross_grosze / 100:.2f}"
    )


def lasts(moment, span: timedelta) -> bool:
    """Whether it ends after this span, give or take the time of the test."""
    return timedelta(minutes=-1) < moment - now() - span <= timedelta()


@pytest.mark.shows("V2.3.2")
def test_every_number_of_the_wizard_is_the_offices_own(own_office):
    owner, email = new_email(), new_email()
    customer = customer_of("K123/4", owner)
    with Visitor(own_office) as celina:
        celina.start("39-29001", expect=422)
        assert celina.start(" k123/4", expect=422)["faults"][0]["field"] == "customer_code"
        celina.start(" K123 / 4 ", email)
        mail = own_office.mail_to(email)
        assert "3 minuty" in mail.text
        row = Registration.get(Registration.email == email)
        assert lasts(row.code_expires_at, timedelta(minutes=3))
        assert lasts(row.expires_at, timedelta(hours=2))
        assert (row.code_attempts_left, row.matches_left) == (2, 3)
        celina.type_code(email)
        row = Registration.get_by_id(row.id)
        assert lasts(row.proven_until, timedelta(minutes=7))
        celina.confirm(customer)
        password = temporary_password(own_office.mail_to(email, skip=1))
        account = Account.find(customer.code)
        assert lasts(account.password_expires_at, timedelta(hours=5))
        own_office.mail_to(owner, "/blokada-konta#")
        assert lasts(Link.get(Link.purpose == "freeze").expires_at, timedelta(days=4))
        celina.log_in(customer.code, password)
        celina.put("/api/account/password", new_password="Kasztan-przy-rynku-7")
        require_ends_of_a_session(celina, account)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_example_is_a_customer_code_of_this_town(own_office, lang):
    """On the pages, in the drawn invoice, in the picture of *Pomoc* and in what errors say."""
    with Visitor(own_office, language=lang) as celina:
        entry = celina.http.get("/rejestracja").text
        for page in ("", "rejestracja", "logowanie", "nie-pamietam-hasla", "pomoc"):
            told = celina.http.get(f"/{page}").text
            assert "K123/4" in told, page
            assert not re.search("39[-\u2011]29001", told), page
        drawn = re.search(r"/static/sample-invoice-\w+\.svg", entry)[0]
        assert ">K123/4<" in celina.http.get(drawn).text
        answers = [celina.start("39-29001", expect=422)]
        for code in ("39-29001", new_email()):
            form = {"customer_code": code, "password": "x"}
            answers.append(celina.post("/api/session", 422, "invalid-form", **form))
    for answer in answers:
        told = {fault["field"]: fault["message"] for fault in answer["faults"]}
        assert "K123/4" in told["customer_code"]


def require_ends_of_a_session(visitor, account) -> None:
    """Eleven minutes without a sign of life, an hour in any case."""
    mine = Session.account == account
    Session.update(seen_at=now() - timedelta(minutes=10)).where(mine).execute()
    visitor.get("/api/account")
    Session.update(seen_at=now() - timedelta(minutes=12)).where(mine).execute()
    visitor.get("/api/account", 401)
    Session.update(seen_at=now(), started_at=now() - timedelta(minutes=61)).where(mine).execute()
    visitor.get("/api/account", 401)


def test_paper_notice_and_the_way_to_a_new_password_take_their_own_time(own_office):
    email = new_email()
    customer = customer_of("K777/1")
    with Visitor(own_office) as celina:
        celina.start_and_prove(customer.code, email)
        celina.confirm(customer)
        account = Account.find(customer.code)
        consent = Consent.get((Consent.account == account) & (Consent.purpose == "e_invoice"))
        assert consent.effective_at - account.opened_at == timedelta(days=9)
        celina.post("/api/password-reset", 202, customer_code=customer.code, email=email)
        assert "6 minut" in own_office.mail_to(email, "/nowe-haslo#").text
        assert lasts(Link.get(Link.purpose == "reset").expires_at, timedelta(minutes=6))
