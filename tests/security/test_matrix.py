"""Whom the office's and the customers' views answer: each is asked by each kind of person.

Who asks shows their session under the cookies of both realms, well signed, and the token that
changes want, so that nothing but the mark refuses them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import cast
from urllib.parse import urlsplit

import pytest
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from cast import new_account, new_customer
from colleague import new_member
from ebok import database, settings
from ebok.access import ADMINISTRATOR, CUSTOMER, STAFF, Realm, Role, anyone, mark_of
from ebok.access.cookies import Cookies
from ebok.access.marks import Mark, Requires
from ebok.access.realms import place_of
from ebok.access.sessions import TOKEN
from ebok.accounts.models import Session
from ebok.app import create_app
from ebok.customers.models import Customer
from ebok.database import now
from ebok.registration.models import Registration, Review
from ebok.staff.models import StaffMember, StaffSession
from ebok.tokens import hash_token, new_token
from office import SECRET
from registration.test_reviews import first_request
from visitor import PASSWORD

OPEN = {
    "/biuro/logowanie",
    "/biuro/logowanie/klucz",
    "/biuro/logowanie/konto",
    "/biuro/logowanie/powrot",
    "/biuro/logowanie/wyjscie",
    "/biuro/zaproszenie",
    "/biuro/zaproszenie/konto",
}
"""What of the office answers everybody."""
FIRST = re.compile(r"/biuro/(kod|drugi-skladnik|wyloguj)(/.*)?")
"""What answers members who have not shown a second factor."""
STEP = re.compile(r"/biuro/(logowanie|kod|drugi-skladnik)(/.*)?")
"""The steps of the login: who is past one is sent on."""
ADMINISTRATORS = re.compile(r"/biuro/pracownicy(/.*)?")
CODE_PAGE, FACTOR_PAGE, PASSWORD_PAGE = "/biuro/kod", "/biuro/drugi-skladnik", "/zmiana-hasla"
LOGINS = {"/logowanie", "/biuro/logowanie"}
IN, LOG_IN, DO_FIRST, FORBIDDEN = "let in", "login", "something first", "forbidden"
NO_TOKEN, SENT_ON = "no token", "sent on"
BARE = "without a second factor, and not invited"
REACHED = "REACHED"
"""Key of the views that have run, in the application's configuration."""


@dataclass(frozen=True)
class View:
    """An address with a method, and the mark of its view."""

    path: str
    method: str
    mark: Mark

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_change(self) -> bool:
        """Whether it wants the token for changes."""
        return self.method != "GET"


@dataclass(frozen=True)
class Somebody:
    """Who asks: their session's token, and what marks ask for. `first` is where they must go."""

    name: str
    token: str = ""
    realm: Realm | None = None
    role: Role | None = None
    first: str = ""


@pytest.fixture
def house(database_url, tmp_path) -> Iterator[Flask]:
    """The whole application, at a database of its own."""
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    app = create_app(settings.load(given | {"EBOK_SECRET_KEY": SECRET}))
    app.config[REACHED] = []
    for name, view in app.view_functions.items():
        app.view_functions[name] = noted(view, app.config[REACHED])
    yield app
    database.database.close_all()


def noted(view: Callable, reached: list[str]) -> Callable:
    """The view, which notes that it was reached."""

    @wraps(view)
    def run(**given):
        reached.append(view.__name__)
        return view(**given)

    return run


def views_of(house: Flask) -> list[View]:
    """All of the office, and all that want somebody."""
    found = [
        View(str(rule), method, mark_of(house.view_functions[rule.endpoint]))
        for rule in house.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return [one for one in found if place_of(one.path) == "biuro" or isinstance(one.mark, Requires)]


def a_customer(name: str, first: str = "", **columns) -> Somebody:
    """Somebody with an account, signed in."""
    account, token = new_account(new_customer(), PASSWORD, **columns), new_token()
    Session.start(hash_token(token), account, now(), "", "")
    return Somebody(name, token, None if "frozen_at" in columns else CUSTOMER, first=first)


def a_member(name: str, member: StaffMember, first: str = "", is_invited: bool = False) -> Somebody:
    """Somebody of the staff, signed in; the last step of it if there is nothing to do `first`.

    `is_invited`: by the link of an invitation, which alone sets up a second factor.
    """
    token, moment = new_token(), now()
    StaffSession.create(
        token_hash=hash_token(token),
        member=member,
        is_pending=first == CODE_PAGE,
        may_set_up=is_invited,
        started_at=moment,
        seen_at=moment,
        confirmed_at=moment,
    )
    realm = None if member.removed_at else STAFF
    return Somebody(name, token, realm, Role(member.role), first)


def removed(member: StaffMember) -> StaffMember:
    """The member, as if only this had happened: their sessions are still kept."""
    member.change(removed_at=now())
    return member


def a_review(code: str) -> Review:
    """A request for a check that waits."""
    email, moment = f"{new_token()}@poczta.example", now()
    registration = Registration.create(
        token_hash=hash_token(new_token()),
        customer_code=code,
        email=email,
        language="en",
        started_at=moment,
        expires_at=moment,
        code_asked_at=moment,
        matches_left=3,
    )
    return first_request(registration)


def people() -> list[Somebody]:
    """One of each kind."""
    return [
        Somebody("nobody"),
        Somebody("somebody with a made-up session", new_token()),
        a_customer("customer"),
        a_customer("another customer"),
        a_customer("with temporary password", PASSWORD_PAGE, must_change_password=True),
        a_customer("frozen customer", frozen_at=now()),
        a_member("clerk", new_member()),
        a_member("administrator", new_member(ADMINISTRATOR)),
        a_member("removed clerk", removed(new_member())),
        a_member("removed administrator", removed(new_member(ADMINISTRATOR))),
        a_member("with a password only", new_member(ADMINISTRATOR), CODE_PAGE),
        a_member("invited", new_member(ADMINISTRATOR, has_app=False), FACTOR_PAGE, True),
        a_member(BARE, new_member(ADMINISTRATOR, has_app=False), FACTOR_PAGE),
    ]


def wanted(view: View, who: Somebody) -> set[str]:
    """What they may meet by the view's mark; what they may change is sent without the token."""
    if isinstance(view.mark, Requires):
        if who.realm is not view.mark.realm:
            return {LOG_IN}
        if who.first and not view.mark.is_first_step:
            return {DO_FIRST}
        if view.mark.role not in (None, who.role):
            return {FORBIDDEN}
    if not view.is_change:
        return {IN}
    if who.name == BARE and view.path.startswith(FACTOR_PAGE):
        # The page that would tell of the missing token is refused itself.
        return {NO_TOKEN, FORBIDDEN}
    return {NO_TOKEN, SENT_ON, DO_FIRST} if STEP.fullmatch(view.path) else {NO_TOKEN}


def asker(house: Flask, who: Somebody) -> Callable[[View, bool], str]:
    """Asks for views as this person, with or without the token for changes: what they meet."""
    with house.test_request_context():
        token, raw = generate_csrf(), session["csrf_token"]
    cookies = cast(Cookies, house.session_interface)
    somebody = StaffMember.everybody()[0].public_id
    customer = Customer.select().first().code
    review = str(a_review(customer).id)
    held = {"csrf_token": raw} | ({TOKEN: who.token} if who.token else {})

    def ask(view: View, has_token: bool) -> str:
        browser = house.test_client()
        for cookie in cookies.by_place.values():
            assert cookie.signing
            browser.set_cookie(cookie.name, cookie.signing.dumps(held))
        headers = {"X-CSRFToken": token} if has_token else {}
        path = view.path.replace("<member_id>", somebody).replace("<code>", customer)
        path = path.replace("<review_id>", review)
        house.config[REACHED].clear()
        answer = browser.open(path, method=view.method, headers=headers)
        assert answer.status_code < 500, (str(view), who.name)
        return IN if house.config[REACHED] else met(answer, who)

    return ask


def met(answer: TestResponse, who: Somebody) -> str:
    """How a view that was not reached answered."""
    leads_to = urlsplit(answer.location or "").path
    if answer.status_code == 401 or leads_to in LOGINS:
        return LOG_IN
    if leads_to:
        return DO_FIRST if leads_to == who.first else SENT_ON
    code = answer.get_json()["code"] if answer.is_json else ""
    by_status = {400: NO_TOKEN, 403: DO_FIRST if code == "must-change-password" else FORBIDDEN}
    return by_status.get(answer.status_code, str(answer.status_code))


@pytest.mark.dialect
@pytest.mark.shows("T7.10", "T14.1", "T14.10", "V8.3.1")
def test_every_view_answers_each_kind_of_person_as_its_mark_says(house):
    with database.connection():
        everybody, wrong = people(), []
    for who in everybody:
        ask = asker(house, who)
        for view in views_of(house):
            expected = wanted(view, who)
            seen = ask(view, NO_TOKEN not in expected)
            if seen not in expected:
                wrong.append(f"{view} as {who.name}: {seen}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.shows("T14.1", "T14.10")
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_office_is_open_to_staff_with_a_second_factor_but_where_it_is_told(house):
    """A new view is closed until it is told here whom it answers."""
    for view in views_of(house):
        if place_of(view.path) != "biuro":
            continue
        if view.path in OPEN:
            assert view.mark == anyone, str(view)
            continue
        assert isinstance(view.mark, Requires), str(view)
        assert view.mark.realm is STAFF, str(view)
        assert view.mark.is_first_step == bool(FIRST.fullmatch(view.path)), str(view)
        role = ADMINISTRATOR if ADMINISTRATORS.fullmatch(view.path) else None
        assert view.mark.role == role, str(view)
