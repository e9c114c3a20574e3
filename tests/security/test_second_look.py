"""A patient attacker's second look: what a session, a link or a browser may still be used for.

And what was left of the first look: ten wrong present passwords, mails by the day, requests that
somebody else's browser can ask about.
"""

import base64
import json
import zlib
from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer

from cast import new_account, new_code, new_customer, new_email
from ebok import database
from ebok.accounts.models import Account, Session
from ebok.audit import AuditRow
from ebok.database import now
from ebok.limits import Limit
from office import SECRET
from visitor import PASSWORD, Visitor, form_of

OTHER = "Jesion-przy-moscie-8"


@pytest.fixture
def anna(visitor):
    """Anna, who has an account and is logged in: her customer and her address."""
    customer = new_customer("Anna Lis")
    account = new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer, account.email


def link_token(office, email: str) -> str:
    return office.mail_to(email, "/nowe-haslo#").text.split("/nowe-haslo#")[1].split()[0]


@pytest.mark.shows("T7.5")
def test_guesses_at_the_present_password_are_counted_over_all_browsers(office, visitor, anna):
    """Logging in again must not give new tries, and a right one costs none."""
    customer, _email = anna
    for _ in range(5):
        visitor.put("/api/account/password", 422, new_password=OTHER, current_password="x")
    with Visitor(office) as elsewhere:
        elsewhere.log_in(customer.code, PASSWORD)
        for _ in range(5):
            elsewhere.put("/api/account/password", 422, new_password=OTHER, current_password="x")
        elsewhere.put("/api/account/password", 429, new_password=OTHER, current_password=PASSWORD)
        elsewhere.get("/api/account", 401)


@pytest.mark.shows("T2.4", "V6.4.3")
def test_link_of_a_stolen_mailbox_is_no_way_to_guess_the_present_password(office, visitor, anna):
    """Its refusal tells the password that is in use, perhaps elsewhere too: ten tries, no more."""
    customer, email = anna
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    token = link_token(office, email)
    with Visitor(office) as thief:
        for number in range(10):
            guess = {"token": token, "new_password": f"zle{number}"}
            thief.put("/api/password-reset", 422, "invalid-form", **guess)
        refused = {"token": token, "new_password": PASSWORD}
        thief.put("/api/password-reset", 410, "link-spent", **refused)
        thief.put("/api/password-reset", 410, token=token, new_password=OTHER)
    visitor.delete("/api/session")
    visitor.log_in(customer.code, PASSWORD)


@pytest.mark.shows("T3.6")
def test_owner_gets_ten_reset_links_a_day_at_most(office, visitor, anna):
    customer, email = anna
    ask = {"customer_code": customer.code, "email": email}
    fresh = Limit.started_at > now() - timedelta(minutes=1)
    for _ in range(12):
        Limit.delete().where(Limit.name.in_(["resets-email", "resets-source"]) & fresh).execute()
        visitor.post("/api/password-reset", 202, **ask)
    with Visitor(office) as celina:
        celina.start(new_code(), sentinel := new_email())
    office.mail_to(sentinel)
    assert len([m for m in office.mails_to(email) if "/nowe-haslo#" in m.text]) == 10


@pytest.mark.shows("T3.6", "V2.4.1")
def test_made_up_resets_of_one_source_leave_no_rows_without_end(visitor):
    """What the source's own limit refuses is not counted, and so not written, any further."""
    for _ in range(20):
        visitor.post("/api/password-reset", 202, customer_code=new_code(), email=new_email())
    before = Limit.select().where(Limit.name == "resets-email").count()
    for _ in range(3):
        visitor.post("/api/password-reset", 202, customer_code=new_code(), email=new_email())
    assert Limit.select().where(Limit.name == "resets-email").count() == before


@pytest.mark.shows("T3.7")
def test_password_is_changed_twenty_times_a_day_at_most(visitor, anna):
    """Each change is a mail and three hashes: a session must not drive our mail server."""
    fresh = Limit.started_at > now() - timedelta(minutes=1)
    visitor.put("/api/account/password", new_password=OTHER, current_password=PASSWORD)
    Limit.update(used=19).where((Limit.name == "password-changes") & fresh).execute()
    visitor.put("/api/account/password", new_password=PASSWORD, current_password=OTHER)
    visitor.put("/api/account/password", 429, new_password=OTHER, current_password=PASSWORD)
    visitor.get("/api/account")


@pytest.mark.shows("T5.2")
def test_who_has_not_proven_the_address_does_not_learn_that_the_office_was_asked(office, visitor):
    customer, email = new_customer(), new_email()
    visitor.start_and_prove(customer.code, email)
    for _ in range(2):
        visitor.confirm(customer, 422, "no-match", amount="1,00")
    visitor.post("/api/registration/review", 202, **form_of(customer))
    assert visitor.get("/api/registration")["registration"]["stage"] == "review"
    with Visitor(office) as curious:
        assert curious.start(customer.code, email)["registration"]["stage"] == "code"
        code = office.mail_to(email, containing="/przeniesienie#", skip=1).code
        curious.post("/api/registration/code", code_=code)
        assert curious.get("/api/registration")["registration"]["stage"] == "review"


@pytest.mark.shows("T1.5", "V7.4.2")
def test_office_freezes_an_account_at_once_with_its_sessions_and_links(office, visitor, anna):
    customer, email = anna
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    token = link_token(office, email)
    office.run("accounts", "freeze", customer.code, "--clerk", "dorota")
    visitor.get("/api/account", 401)
    visitor.put("/api/password-reset", 410, "link-spent", token=token, new_password=OTHER)
    visitor.log_in(customer.code, PASSWORD, 423, "account-frozen")
    unknown = office.run("accounts", "freeze", new_code(), "--clerk", "dorota", check=False)
    assert unknown.returncode == 1


@pytest.mark.shows("T2.6")
def test_frozen_account_is_mailed_no_link(office, visitor, anna):
    customer, email = anna
    office.run("accounts", "freeze", customer.code, "--clerk", "dorota")
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    with Visitor(office) as celina:
        celina.start(new_code(), sentinel := new_email())
    office.mail_to(sentinel)
    assert not [m for m in office.mails_to(email) if "/nowe-haslo#" in m.text]


def cookie_of(visitor) -> dict:
    """What anybody can read in the browser's cookie: it is signed, not secret."""
    body = visitor.http.cookies["ebok_session"]
    packed, body = body.startswith("."), body.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return json.loads(zlib.decompress(raw) if packed else raw)


@pytest.mark.shows("V7.2.2", "V7.2.3")
def test_sessions_token_has_256_bits_and_nothing_else_is_in_the_cookie(visitor, anna):
    customer, _email = anna
    held, tokens = cookie_of(visitor), set()
    assert set(held) <= {"_user_id", "_fresh", "csrf_token"}
    for _ in range(3):
        visitor.log_in(customer.code, PASSWORD)
        token = cookie_of(visitor)["_user_id"]
        assert len(base64.urlsafe_b64decode(token + "=")) == 32
        tokens.add(token)
    assert len(tokens) == 3


@pytest.mark.shows("T7.9", "V7.2.1", "V9.1.1")
def test_forged_cookie_signs_nobody_in(visitor, anna):
    """Another key, a cut signature, the hash that a stolen backup holds: nobody."""
    customer, _email = anna
    token_hash = Session.get(Session.account == Account.find(customer.code)).token_hash
    body = {"_user_id": token_hash, "_fresh": True}
    mine = visitor.http.cookies["ebok_session"]
    visitor.http.cookies.clear()
    for key in (SECRET, "another key"):
        forged = URLSafeTimedSerializer(
            key, salt="cookie-session", signer_kwargs={"key_derivation": "hmac"}
        ).dumps(body)
        for cookie in (forged, mine[:-2], mine + "A", "", "x" * 3_000):
            answer = visitor.http.get("/api/session", headers={"Cookie": f"ebok_session={cookie}"})
            assert answer.json()["session"]["signed_in"] is False


def test_token_of_an_hour_ago_is_refused_and_a_new_one_goes_on(visitor, monkeypatch):
    """In mid-wizard: the registration stays, only the token is fetched again."""
    visitor.start_and_prove(new_code())
    raw, hour_ago = cookie_of(visitor)["csrf_token"], now().timestamp() - 3700
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _: int(hour_ago))
    old = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)
    monkeypatch.undo()
    fresh = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)
    for token, code in ((old, "csrf"), (fresh, "invalid-form")):
        visitor.token = token
        visitor.post("/api/registration/confirmation", 400 if token == old else 422, code)
    visitor.token = visitor.get("/api/session")["session"]["csrf_token"]
    visitor.post("/api/registration/confirmation", 422, "invalid-form")
    assert visitor.get("/api/registration")["registration"]["stage"] == "invoice"


@pytest.mark.shows("V8.2.3", "V15.3.3")
def test_fields_that_a_form_does_not_ask_for_change_nothing(visitor):
    """The login, the address, the state of an account are not for whoever registers to set."""
    customer, other, email = new_customer(), new_customer(), new_email()
    visitor.start(customer.code, email, expires_at="2100-01-01", matches_left=99, proven_until="x")
    visitor.type_code(email)
    visitor.confirm(
        customer,
        customer_code=other.code,
        email=new_email(),
        frozen_at="2020-01-01",
        must_change_password=False,
        password_hash="x",
        language="uk",
    )
    account = Account.find(customer.code)
    assert (account.email, account.language, account.frozen_at) == (email, "pl", None)
    assert account.must_change_password
    assert Account.find(other.code) is None


@pytest.mark.shows("T2.5", "V3.5.3", "V7.6.2")
def test_scanner_that_follows_the_links_of_a_mail_changes_nothing(office, visitor):
    """Mail servers open every link, with GET and HEAD; the token never reaches us by that."""
    owner, email = new_email(), new_email()
    customer = new_customer(email=owner)
    visitor.start(customer.code, email)
    started = office.mail_to(email)
    visitor.type_code(email)
    visitor.confirm(customer)
    told = office.mail_to(owner)
    with Visitor(office) as scanner:
        for mail in (started, told):
            for link in [word for word in mail.text.split() if "#" in word]:
                for method in ("GET", "HEAD", "GET"):
                    assert scanner.http.request(method, link).status_code == 200
    assert not Account.find(customer.code).frozen_at
    moved = told.text.split("/blokada-konta#")[1].split()[0]
    visitor.post("/api/account/freeze", token=moved)


@pytest.mark.shows("T2.5", "V6.6.2", "V9.2.2")
def test_link_is_good_for_its_own_purpose_only(office, visitor, anna):
    """The owner's link that freezes sets no password, and the one that sets it freezes nothing."""
    customer, email = anna
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    token = link_token(office, email)
    visitor.post("/api/account/freeze", 410, "link-spent", token=token)
    visitor.post("/api/registration/move", 410, "link-spent", token=token)
    owner = new_email()
    other = new_customer(email=owner)
    with Visitor(office) as celina:
        celina.register(other)
    freezing = office.mail_to(owner).text.split("/blokada-konta#")[1].split()[0]
    visitor.put("/api/password-reset", 410, "link-spent", token=freezing, new_password=OTHER)
    visitor.put("/api/password-reset", token=token, new_password=OTHER)


@pytest.mark.shows("V6.3.2", "V13.2.3")
def test_new_office_has_no_account_of_its_own(database_url):
    """No administrator, no test account, nobody who could get in before the first customer."""
    database.connect(database_url)
    with database.connection():
        for table in (Account, Session):
            assert table.select().count() == 0
        assert [row.actor for row in AuditRow.select()] == ["system"]
    database.database.close_all()
