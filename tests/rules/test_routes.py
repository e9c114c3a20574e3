"""What holds for every route."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from cast import new_account, new_customer
from described import description
from ebok import database
from ebok.access import CUSTOMER, STAFF, Realm, RequiresKey, anyone, machine, mark_of
from ebok.access.marks import Mark, Requires
from ebok.access.realms import place_of
from ebok.app import create_app
from ebok.features import FEATURES
from visitor import PASSWORD

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


def rules(app):
    """(rule, method) of every address."""
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield rule, method


def path_of(rule) -> str:
    return str(rule).replace("<captcha_id>", "x").replace("<file>", "x")


def mark_at(app, rule) -> Mark:
    return mark_of(app.view_functions[rule.endpoint])


def realm_of(mark: Mark) -> Realm | None:
    return mark.realm if isinstance(mark, Requires) else None


@pytest.mark.shows("V8.2.1")
def test_every_view_says_whom_it_answers(app):
    for rule, _ in rules(app):
        assert type(mark_at(app, rule)) is not Mark, rule


@pytest.mark.shows("T7.10")
def test_no_view_looks_for_its_realms_session_in_the_cookie_of_another(app):
    """A cookie goes by the address; the mark would refuse whoever is signed in there."""
    plugged = [each.find(each.sessions) for each in FEATURES if each.sessions]
    by_place = {each.realm.place: each.realm for each in plugged}
    for rule, _ in rules(app):
        wanted = realm_of(mark_at(app, rule))
        assert wanted in (None, by_place.get(place_of(str(rule)), CUSTOMER)), rule


@pytest.mark.shows("V6.3.4", "V16.5.3")
def test_view_without_a_mark_answers_nobody(app):
    another = create_app(app.config["EBOK"])
    another.add_url_rule("/api/unmarked", "unmarked", lambda: "secret")
    assert another.test_client().get("/api/unmarked").status_code == 403


@pytest.mark.shows("V8.3.1")
def test_strangers_are_refused_where_a_customer_is_wanted(app):
    client = app.test_client()
    for rule, method in rules(app):
        if realm_of(mark_at(app, rule)):
            status = client.open(path_of(rule), method=method).status_code
            assert status == (401 if str(rule).startswith("/api/") else 303), rule


@pytest.mark.shows("P117")
def test_only_machines_with_the_token_learn_how_the_office_is(app):
    """In a public installation loopback is not trusted: behind a proxy everybody is on loopback."""
    away = {"base_url": "https://ebok.example.pl", "health_token": "t" * 30, "demo": False}
    client = create_app(replace(app.config["EBOK"], **away)).test_client()
    asked = [str(rule) for rule, _ in rules(app) if mark_at(app, rule) == machine]
    assert sorted(asked) == ["/healthz", "/readyz"]
    for path in asked:
        for shown in ("", "Bearer ", f"Bearer {'t' * 29}"):
            assert client.get(path, headers={"Authorization": shown}).status_code == 404, path
        right = {"Authorization": f"Bearer {'t' * 30}"}
        assert client.get(path, headers=right).status_code in (200, 503), path


def signed_itself(app, rule) -> bool:
    return not mark_at(app, rule).needs_token


def test_only_a_signature_or_a_key_stands_for_the_token(app):
    exempt = {str(rule) for rule, _ in rules(app) if signed_itself(app, rule)}
    assert exempt == {
        "/api/payment-notifications/<operator>",
        "/api/billing/bundles/<name>",
        "/api/billing/deliveries/<delivery_id>",
        "/rezygnacja/<token>",
    }


def test_who_shows_no_key_is_refused_where_one_is_wanted(app):
    for rule, method in rules(app):
        if isinstance(mark_at(app, rule), RequiresKey):
            answer = app.test_client().open(path_of(rule), method=method)
            assert (answer.status_code, answer.json["code"]) == (401, "wrong-key"), rule


@pytest.fixture
def signed_in(app) -> FlaskClient:
    """A browser of a customer who has signed in."""
    customer = new_customer(months=1)
    client = app.test_client()
    with database.connection():
        new_account(customer, PASSWORD)
    token = client.get("/api/session").json["session"]["csrf_token"]
    typed = {"customer_code": customer.code, "password": PASSWORD}
    answer = client.post("/api/session", json=typed, headers={"X-CSRFToken": token})
    assert answer.status_code == 201, answer.json
    return client


@pytest.mark.shows("V3.5.1")
def test_every_change_wants_the_token(app, signed_in):
    """That of this browser: a stranger has one, too."""
    strangers = app.test_client().get("/api/session").json["session"]["csrf_token"]
    asked = 0
    for rule, method in rules(app):
        if method in CHANGES and not signed_itself(app, rule):
            mark = mark_at(app, rule)
            for headers in ({}, {"X-CSRFToken": strangers}):
                answer = signed_in.open(path_of(rule), method=method, json={}, headers=headers)
                if realm_of(mark) is STAFF:
                    # Nobody there: tests/staff tries it as somebody.
                    assert answer.status_code == 303, rule
                elif str(rule).startswith("/api/"):
                    assert (answer.status_code, answer.json["code"]) == (400, "csrf"), rule
                else:
                    assert answer.status_code == 400, rule
            assert mark == anyone or realm_of(mark) in (CUSTOMER, STAFF), rule
            asked += 1
    assert asked > 20
    assert signed_in.get("/api/session").json["session"]["signed_in"]


@pytest.fixture(scope="session")
def described() -> dict:
    """docs/openapi.yaml."""
    return description()


@pytest.mark.shows("V3.5.3", "V6.3.4")
def test_every_api_route_is_described_and_nothing_else(app, described):
    served = {
        (str(rule).replace("<", "{").replace(">", "}"), method.lower())
        for rule, method in rules(app)
        if str(rule).startswith("/api/") or mark_at(app, rule) == machine
    }
    told = {
        (path, method)
        for path, item in described["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert told == served


def test_description_is_valid_openapi(described):
    from openapi_spec_validator import validate

    validate(described)


def test_a_body_that_is_no_object_is_refused_kindly(app):
    client: FlaskClient = app.test_client()
    token = client.get("/api/session").json["session"]["csrf_token"]
    for body in ("[]", "3", '"x"', "null", "{", '{"code": {}}', '{"code": [1]}', '{"code": 12}'):
        answer = client.post(
            "/api/registration/code",
            data=body,
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )
        assert answer.status_code in (400, 404, 422), (body, answer.data)
        assert answer.content_type == "application/problem+json"


@pytest.mark.shows("V3.4.3")
def test_headers_stand_on_every_answer(app):
    client = app.test_client()
    for path in ("/", "/api/session", "/nothing", "/api/nothing", "/static/x", "/start"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "Strict-Transport-Security" in client.get("/", base_url="https://localhost").headers


def test_another_host_name_gets_no_answer(app):
    for path in ("/", "/api/session", "/api/demo/mail"):
        answer = app.test_client().get(path, base_url="http://evil.example")
        assert answer.status_code == 400, path
        assert b"csrf" not in answer.data


@pytest.mark.shows("V15.2.3")
def test_demo_mailbox_does_not_exist_elsewhere(app):
    office = create_app(replace(app.config["EBOK"], demo=False))
    for path in ("/api/demo/mail", "/api/demo/mail/x/attachments/1", "/demo/poczta"):
        assert office.test_client().get(path).status_code == 404
