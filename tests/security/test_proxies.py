"""Where a request came from: only what the proxies of ours have written counts."""

import pytest

from api import create_api
from cast import new_code
from ebok.access import anyone, source
from ebok.settings import load
from office import LIMITS, new_source

PROXY, VISITOR, FORGED = "192.0.2.1", "198.51.100.7", "203.0.113.9"


def counted_as(tmp_path, proxies: int, forwarded: list[str]) -> str:
    """The source of a request in an installation with this many trusted proxies."""
    app = create_api(
        load({"EBOK_DATA_DIR": str(tmp_path), "EBOK_TRUSTED_PROXIES": str(proxies)}),
    )
    app.add_url_rule("/api/where", "where", anyone(lambda: source()))
    headers = [("X-Forwarded-For", value) for value in forwarded]
    environ = {"REMOTE_ADDR": PROXY}
    return app.test_client().get("/api/where", headers=headers, environ_base=environ).text


@pytest.mark.shows("T0.0", "V15.3.4")
@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, [], PROXY),
        (0, [FORGED], PROXY),
        (0, [f"{FORGED}, {VISITOR}"], PROXY),
        (1, [VISITOR], VISITOR),
        (1, [f"{FORGED}, {VISITOR}"], VISITOR),
        (1, [FORGED, VISITOR], VISITOR),
        (1, [f"{FORGED},{FORGED}, {FORGED} ,{VISITOR}"], VISITOR),
        (2, [f"{VISITOR}, 192.0.2.2"], VISITOR),
        (2, [f"{FORGED}, {VISITOR}, 192.0.2.2"], VISITOR),
        (2, [FORGED, VISITOR, "192.0.2.2"], VISITOR),
        # Somebody got past the outer proxy: what is missing is not made up for by what they wrote.
        (2, [FORGED], PROXY),
        (1, [], PROXY),
        (1, [f"{VISITOR}:4711"], VISITOR),
        (1, ["[2001:db8:1:2::7]:4711"], "2001:db8:1:2::/64"),
        (1, ["2001:db8:1:2::7"], "2001:db8:1:2::/64"),
    ],
)
def test_source_is_what_the_trusted_proxies_have_written(tmp_path, proxies, forwarded, counted):
    assert counted_as(tmp_path, proxies, forwarded) == counted


@pytest.mark.shows("T0.0")
def test_proxy_that_adds_a_line_of_its_own_is_believed_and_the_visitors_line_is_not(visitor):
    """HAProxy does so. The web server must hand on both lines, in their order."""
    address, token = new_source(), visitor.get("/api/session")["session"]["csrf_token"]
    statuses = []
    for number in range(11):
        lines = [
            ("X-Forwarded-For", f"198.51.100.{number}"),
            ("X-Forwarded-For", address),
            ("X-CSRFToken", token),
            ("Cookie", f"ebok_session={visitor.http.cookies['ebok_session']}"),
        ]
        request = visitor.http.build_request(
            "POST", "/api/session", json={"customer_code": new_code(), "password": "x"}
        )
        request.headers = type(request.headers)(
            [
                (k, v)
                for k, v in request.headers.multi_items()
                if k not in ("x-forwarded-for", "cookie")
            ]
            + lines
        )
        statuses.append(visitor.http.send(request).status_code)
    assert statuses == [401] * 10 + [429]


@pytest.mark.shows("T0.0", "P94", "V4.1.3")
@pytest.mark.parametrize("twin", ["X_Forwarded_For", "X-Forwarded_For", "x_forwarded-for"])
def test_twin_with_an_underscore_is_not_taken_for_the_proxy_s_header(visitor, twin):
    """WSGI has one name for both. Real proxies are in test_real_proxies.py."""
    for number in range(LIMITS.logins_per_source):
        visitor.http.headers[twin] = f"198.51.100.{number}"
        visitor.log_in(new_code(), "x", 401)
    visitor.http.headers[twin] = FORGED
    visitor.log_in(new_code(), "x", 429, "too-many-logins")


@pytest.mark.parametrize("header", ["X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP"])
def test_no_other_header_tells_where_one_comes_from(visitor, header):
    for number in range(LIMITS.logins_per_source):
        visitor.http.headers[header] = f"198.51.100.{number}"
        visitor.log_in(new_code(), "x", 401)
    visitor.http.headers[header] = FORGED
    visitor.log_in(new_code(), "x", 429, "too-many-logins")


@pytest.mark.shows("V3.7.2")
@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Prefix", "X-Original-URL"])
def test_no_header_changes_the_address_that_is_answered(visitor, header):
    visitor.http.headers[header] = "/evil.example/zmiana-hasla"
    assert visitor.get("/start", 303).headers["Location"] == "/logowanie"
    visitor.get("/api/account", 401)
