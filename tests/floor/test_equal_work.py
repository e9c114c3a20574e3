"""The same work for codes that are free, taken, or nobody's: queries and hashes are counted."""

import logging

import pytest

from api import create_api
from cast import add_invoice, new_account, new_code, new_customer, new_email
from ebok import database, settings
from ebok.accounts import operations_passwords as passwords
from ebok.accounts.models import Account
from ebok.database import now
from ebok.mail.outbox import post
from ebok.registration.models import Registration
from office import SECRET
from visitor import PASSWORD, form_of, solve
from work import counted, watched

pytestmark = pytest.mark.shows("T5.3")


@pytest.fixture
def client(database_url, tmp_path):
    """A browser at an application of this process."""
    app = create_api(
        settings.load(
            {
                "EBOK_DATABASE_URL": database_url,
                "EBOK_DATA_DIR": str(tmp_path),
                "EBOK_SECRET_KEY": SECRET,
            }
        )
    )
    database.database.connect(reuse_if_open=True)
    yield app.test_client()
    database.database.close_all()


def token(client) -> dict:
    return {"X-CSRFToken": client.get("/api/session").json["session"]["csrf_token"]}


def start(client, code, email="") -> str:
    email = email or new_email()
    captcha_id = client.get("/api/captcha").json["captcha"]["id"]
    body = {
        "customer_code": code,
        "email": email,
        "captcha_id": captcha_id,
        "captcha_answer": solve(captcha_id),
    }
    headers = token(client)
    client.start_work = counted(
        lambda: client.post("/api/registration", json=body, headers=headers).status_code
    )
    return email


@pytest.fixture
def codes():
    """A free code, a taken one, and nobody's."""
    free, taken = new_customer(), new_customer()
    Account.create(
        customer=taken.code,
        email=new_email(),
        kind="person",
        language="pl",
        opened_at=now(),
        must_change_password=False,
        password_hash=passwords.hash_password("Kasztan-przy-rynku-7"),
    )
    return free.code, taken.code, new_code()


def test_starting_costs_the_same(client, codes):
    works = []
    for code in codes:
        start(client, code)
        works.append(client.start_work)
    assert works[0] == works[1] == works[2]
    assert works[0][1] == 202
    assert sum(works[0][0].values()) >= 5


def test_starting_with_a_mailbox_that_was_used_up_costs_the_same(client, codes):
    works, email = [], new_email()
    for _ in range(7):
        start(client, new_code(), email)
    for code in codes:
        start(client, code, email)
        works.append(client.start_work)
    assert works[0] == works[1] == works[2]
    assert works[0][1] == 202


def test_failing_to_match_costs_the_same(client, codes):
    works = []
    for code in codes:
        email = start(client, code)
        Registration.update(proven_until=now().replace(year=2100)).where(
            Registration.email == email
        ).execute()
        form, headers = form_of(new_customer()), token(client)
        works.append(
            counted(
                lambda f=form, h=headers: (
                    client.post("/api/registration/confirmation", json=f, headers=h).status_code
                )
            )
        )
    assert works[0] == works[1] == works[2]
    assert works[0][1] == 422


def test_logging_in_wrongly_costs_the_same(client, codes):
    works = []
    for code in codes:
        body, headers = {"customer_code": code, "password": "wrong"}, token(client)
        works.append(
            counted(
                lambda b=body, h=headers: client.post("/api/session", json=b, headers=h).status_code
            )
        )
    assert works[0] == works[1] == works[2]
    assert works[0][1] == 401


def test_one_password_hash_is_computed_whoever_logs_in(client, codes, monkeypatch):
    """The library's own function is watched, not replaced: it still does its work."""
    verified = []
    real = passwords.PasswordHasher.verify
    monkeypatch.setattr(
        passwords.PasswordHasher, "verify", lambda *a: verified.append(1) or real(*a)
    )
    counts = []
    for code in codes:
        verified.clear()
        client.post(
            "/api/session", json={"customer_code": code, "password": "wrong"}, headers=token(client)
        )
        counts.append(len(verified))
    assert counts == [1, 1, 1]


class Order(logging.Handler):
    """Notes when the limits of logins are asked, among what else is noted in `seen`."""

    def __init__(self, seen: list[str]):
        super().__init__(logging.DEBUG)
        self.seen = seen

    def emit(self, record):
        if "'logins'" in str(record.msg):
            self.seen.append("limits")


@pytest.mark.shows("P101")
@pytest.mark.parametrize(("password", "status"), [("wrong", 401), (PASSWORD, 201)])
def test_login_asks_the_limits_once_before_the_hash_and_once_after(
    client, monkeypatch, password, status
):
    """What is merely in flight holds nothing, and many at once wait for no row twice."""
    code, seen = new_account(new_customer(), PASSWORD).customer_code, []
    real = passwords.PasswordHasher.verify
    monkeypatch.setattr(
        passwords.PasswordHasher, "verify", lambda *a: seen.append("hash") or real(*a)
    )
    headers, body = token(client), {"customer_code": code, "password": password}
    with watched(Order(seen)):
        assert client.post("/api/session", json=body, headers=headers).status_code == status
    assert seen == ["limits", "hash", "limits"]


def test_asking_for_a_new_password_costs_the_same(client, codes):
    works = []
    for code in codes:
        account = Account.find(code)
        email = account.email if account else new_email()
        body, headers = {"customer_code": code, "email": email}, token(client)
        works.append(
            counted(
                lambda b=body, h=headers: (
                    client.post("/api/password-reset", json=b, headers=h).status_code
                )
            )
        )
    assert works[0] == works[1] == works[2]
    assert works[0][1] == 202


@pytest.mark.shows("T5.8")
def test_asking_whether_it_is_from_us_costs_the_same(client):
    customer = new_customer(months=0)
    invoice = add_invoice(customer.code, customer.name, bank_account=KNOWN)
    mail = post_one(client)
    questions = (
        ("account", {"account": KNOWN}, {"account": UNKNOWN}),
        ("invoice", {"number": invoice.number}, {"number": "FV/2026/10/0"}),
        ("mail", {"short_code": mail.short_code}, {"short_code": "KKMM9977"}),
    )
    headers = token(client)
    for what, known, unknown in questions:
        works = [
            counted(
                lambda w=what, t=typed: (
                    client.post(
                        f"/api/genuine/{w}", json={"amount": "1"} | t, headers=headers
                    ).status_code
                )
            )
            for typed in (known, unknown)
        ]
        assert works[0] == works[1], what
        assert works[0][1] == 200


KNOWN, UNKNOWN = "61109010140000071219812874", "29102010260000999900000025"


def post_one(client):
    """A mail in the outbox."""
    with client.application.app_context():
        return post("password_changed", new_email(), "pl", 1)
