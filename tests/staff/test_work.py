"""What a login that is nobody's costs and says, and what the list of staff costs: counted."""

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from colleague import STAFF_PASSWORD, TOKEN, new_member, plain
from ebok import database, settings
from ebok.app import create_app
from ebok.database import now
from ebok.staff import serializers
from ebok.staff.models import StaffMember, StaffPasskey
from ebok.tokens import new_public_id
from office import LIMITS, SECRET, new_source
from work import counted

WRONG = "Not-the-password-1"


@pytest.fixture
def house(database_url, tmp_path) -> Iterator[Flask]:
    """The whole application, in this process, at a database of its own."""
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    app = create_app(settings.load(given | {"EBOK_SECRET_KEY": SECRET}))
    database.database.connect(reuse_if_open=True)
    yield app
    database.database.close_all()


@pytest.fixture
def logins(house) -> dict[str, str]:
    """Addresses of all kinds that cannot log in with this password."""
    gone, invited, bare = new_member(), new_member(has_app=False), new_member(has_app=False)
    gone.change(removed_at=now())
    invited.change(password_hash="", joined_at=None)
    assert not bare.has_factor
    return {
        "somebody's": new_member().email,
        "nobody's": "nobody@wodociagi.example",
        "who was removed": gone.email,
        "who was invited": invited.email,
        "who has no second factor": bare.email,
    }


def try_in(browser: FlaskClient, email: str, source: str, password: str = WRONG):
    """One try from this address of the network: the work, the answer without what was typed."""
    around = {"REMOTE_ADDR": source, "HTTP_ACCEPT_LANGUAGE": "en"}
    page = browser.get("/biuro/logowanie", environ_overrides=around)
    typed = {"email": email, "password": password, "csrf_token": TOKEN.findall(page.text)[0]}
    seen = []
    work, _ = counted(
        lambda: seen.append(browser.post("/biuro/logowanie", data=typed, environ_overrides=around))
    )
    [answer] = seen
    # What differs between any two answers: the token, and the question to a passkey.
    text = re.sub(r"(csrf_token\" value=|&#34;challenge&#34;: &#34;)[^&>]*", "", answer.text)
    headers = {name: text for name, text in answer.headers.items() if name != "Content-Length"}
    return work, (answer.status_code, text.replace(email, ""), headers.keys())


@pytest.mark.shows("T14.4")
def test_login_that_is_nobodys_gets_the_same_answer_for_the_same_work(house, logins, monkeypatch):
    """The library's own function is watched, not replaced: it still does its work."""
    hashed = []
    real = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *a: hashed.append(1) or real(*a))
    works, answers = {}, {}
    for kind, email in logins.items():
        hashed.clear()
        work, answer = try_in(house.test_client(), email, new_source())
        works[kind], answers[kind] = (work, len(hashed)), answer
    expected, said = works["somebody's"], answers["somebody's"]
    assert said[0] == 401
    assert "The e-mail address or the password is wrong" in plain(said[1])
    assert expected[1] == 1
    for kind in logins:
        assert works[kind] == expected, kind
        assert answers[kind] == said, kind


@pytest.mark.shows("T14.4")
def test_right_password_of_who_cannot_log_in_is_told_from_no_wrong_one(house, logins):
    """Of a member whose time to set up a second factor has passed."""
    said = [
        try_in(house.test_client(), logins["who has no second factor"], new_source(), password)[1]
        for password in (STAFF_PASSWORD, WRONG)
    ]
    assert said[0] == said[1]


@pytest.mark.shows("T14.3", "T14.4")
def test_limit_of_a_source_is_met_by_logins_that_are_nobodys_too(house, logins):
    for kind in ("somebody's", "nobody's"):
        browser, source = house.test_client(), new_source()
        seen = [
            try_in(browser, logins[kind], source)[1][0]
            for _ in range(LIMITS.staff_logins_per_source + 1)
        ]
        assert seen == [401] * LIMITS.staff_logins_per_source + [429], kind


def test_list_of_staff_is_one_question_for_however_many(house):
    joanna = new_member()
    many = [new_member() for _ in range(5)]
    StaffPasskey.create(
        member=many[0], credential_id=new_public_id(), public_key=b"", name="K", added_at=now()
    )
    StaffMember.update(language="en").execute()
    found = []
    with house.test_request_context("/biuro/pracownicy?lang=en"):
        work, _ = counted(lambda: found.append(serializers.staff(joanna)))
    assert sum(work.values()) == 1
    seen = {each.name: each.factors for each in found[0]["members"]}
    assert len(seen) == 6
    assert seen[many[0].name] == "1 passkey, app"
    assert seen[many[1].name] == "app"
