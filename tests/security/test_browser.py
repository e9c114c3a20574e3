"""What every answer tells the browser: headers, cookies, and that no other site is let in."""

import re

import pytest

from cast import new_customer
from ebok.app import create_app
from ebok.pages.static import FRONTEND
from ebok.settings import WrongSettings, load
from visitor import PASSWORD, Visitor

PUBLIC = {
    "EBOK_SECRET_KEY": "x" * 40,
    "EBOK_MAIL_SERVER": "mail.example",
    "EBOK_MAIL_DEFAULT_SENDER": "ebok@example.pl",
}
AT_THE_ROOT, UNDER_A_PATH = "https://ebok.example.pl", "https://ebok.example.pl/Town"


def client_of(tmp_path, base_url, **settings):
    """A browser at an installation that is reached over https, whatever the proxy says."""
    place = {"EBOK_DATA_DIR": str(tmp_path), "EBOK_BASE_URL": base_url}
    return create_app(load({**place, **PUBLIC, **settings})).test_client()


@pytest.mark.shows("T7.6", "V3.4.1", "V3.4.2", "V3.4.4", "V3.4.5", "V3.4.6")
@pytest.mark.parametrize("base_url", [AT_THE_ROOT, UNDER_A_PATH])
def test_every_answer_has_the_headers_also_the_ones_nobody_looks_at(tmp_path, base_url):
    """Refusals, files, redirects, another's host, a body too large, and what is not ours at all."""
    client, base = client_of(tmp_path, base_url), base_url.removeprefix(AT_THE_ROOT)
    static = re.search(r'src="([^"]+\.js)"', client.get(f"{base}/").text)[1]
    answers = [
        client.get(f"{base}{path}")
        for path in ("/", "/api/session", "/api/nothing", "/start", "/x", "/api/captcha/x/picture")
    ]
    answers += [
        client.get(static),
        client.get(static, headers={"If-None-Match": client.get(static).headers["ETag"]}),
        client.get("/elsewhere"),
        client.get(f"{base}/api/session", headers={"Host": "evil.example"}),
        client.post(f"{base}/api/session", data=b"x" * 70_000),
        client.put(f"{base}/api/captcha"),
        client.options(f"{base}/api/session"),
    ]
    for answer in answers:
        told = answer.headers
        assert told["Strict-Transport-Security"] == "max-age=63072000"
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Referrer-Policy"] == "same-origin"
        assert told["Cross-Origin-Resource-Policy"] == "same-origin"
        assert told["Cross-Origin-Opener-Policy"] == "same-origin"
        policy = told["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'"} <= set(policy)
        assert "frame-ancestors 'none'" in policy
        assert not any(name.startswith("Access-Control-") for name, _ in told)


def test_hosts_below_ours_are_bound_to_https_only_where_a_setting_says_so(tmp_path):
    told = client_of(tmp_path, AT_THE_ROOT, EBOK_HSTS_SUBDOMAINS="true").get("/").headers
    assert told["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    with pytest.raises(WrongSettings, match="hsts_subdomains"):
        client_of(tmp_path, UNDER_A_PATH, EBOK_HSTS_SUBDOMAINS="true")


@pytest.mark.shows("T7.6", "V3.2.1", "V4.1.1")
def test_only_a_page_is_a_page(visitor):
    """Opened by its address, an answer, a picture or a drawing runs nothing and has no origin."""
    captcha = visitor.get("/api/captcha")["captcha"]
    page = visitor.http.get("/rejestracja")
    again = visitor.http.get("/rejestracja", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert len(files) >= 4
    for path in ("/api/session", "/api/account", captcha["picture"], *files):
        assert "; sandbox" in visitor.http.get(path).headers["Content-Security-Policy"], path
    for answer in (page, again, visitor.http.get("/nothing")):
        assert "sandbox" not in answer.headers["Content-Security-Policy"]


@pytest.mark.shows("T7.9", "V3.3.1")
@pytest.mark.parametrize(
    ("base_url", "prefix", "path"),
    [(AT_THE_ROOT, "__Host-", "/"), (UNDER_A_PATH, "__Secure-", "/Town/")],
)
def test_each_cookie_is_named_by_its_prefix_under_https(tmp_path, base_url, prefix, path):
    client = client_of(tmp_path, base_url)
    answer = client.get(f"{path}api/session?lang=uk", base_url="https://ebok.example.pl")
    cookies = answer.headers.getlist("Set-Cookie")
    assert {c.partition("=")[0] for c in cookies} == {
        f"{prefix}ebok_session",
        f"{prefix}ebok_language",
    }
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", f"Path={path}"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert '<html lang="uk"' in client.get(path, base_url="https://ebok.example.pl").text


@pytest.mark.shows("V3.3.2", "V3.3.4")
def test_no_cookie_can_be_read_by_a_script_or_is_sent_by_another_site(visitor):
    customer = new_customer()
    visitor.open_account(customer)
    visitor.delete("/api/session")
    visitor.get("/api/session?lang=en")
    answer = visitor.http.post(
        "/api/session",
        json={"customer_code": customer.code, "password": PASSWORD},
        headers={"X-CSRFToken": visitor.get("/api/session")["session"]["csrf_token"]},
    )
    cookies = answer.headers.get_list("Set-Cookie")
    assert {c.partition("=")[0] for c in cookies} == {"ebok_session", "ebok_known"}
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert len(cookie) < 4096


@pytest.mark.shows("V14.3.1")
def test_logging_out_takes_the_cookie_back_and_what_the_browser_stored(visitor):
    customer = new_customer()
    visitor.settle(customer)
    answer = visitor.delete("/api/session")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ebok_session" not in visitor.http.cookies
    assert visitor.http.cookies["ebok_known"]


@pytest.mark.shows("T7.6", "V3.5.2")
@pytest.mark.parametrize("kind_of_body", ["text/plain", "application/x-www-form-urlencoded"])
def test_form_of_another_site_changes_nothing(visitor, kind_of_body):
    """A page elsewhere can send these without being asked, but neither the token nor JSON."""
    visitor.get("/api/session")
    body = b'{"customer_code":"39-1","password":"x"}'
    headers = {"Content-Type": kind_of_body, "Origin": "https://evil.example"}
    for token, expected in (("", "csrf"), (visitor.token, "csrf")):
        answer = visitor.http.post(
            "/api/session", content=body, headers={**headers, "X-CSRFToken": token}
        )
        assert answer.json()["code"] == expected
    visitor.token = visitor.get("/api/session")["session"]["csrf_token"]
    answer = visitor.http.post(
        "/api/session", content=body, headers={**headers, "X-CSRFToken": visitor.token}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "not-json")


@pytest.mark.shows("V15.3.7")
def test_token_in_the_body_or_the_address_counts_for_nothing(visitor):
    token = visitor.get("/api/session")["session"]["csrf_token"]
    visitor.http.cookies.set("csrf_token", token)
    body = {"code": "123456", "csrf_token": token}
    for address in ("/api/registration/code", f"/api/registration/code?csrf_token={token}"):
        assert visitor.http.post(address, json=body).json()["code"] == "csrf"


@pytest.mark.shows("V3.5.1")
def test_change_over_https_from_another_site_is_refused(tmp_path):
    """Even with a token that leaked: the browser itself tells where the request came from."""
    client = client_of(tmp_path, AT_THE_ROOT)
    token = client.get("/api/session", base_url=AT_THE_ROOT).json["session"]["csrf_token"]
    refused = {"https://evil.example/": "csrf", f"{AT_THE_ROOT}/rejestracja": "invalid-form"}
    for referrer, code in refused.items():
        answer = client.post(
            "/api/registration/code",
            json={"code": ""},
            headers={"X-CSRFToken": token, "Referer": referrer},
            base_url=AT_THE_ROOT,
        )
        assert answer.json["code"] == code


def test_stranger_cannot_keep_a_cookie_alive_that_was_planted(office, visitor):
    """The token of a registration that somebody else planted leads nowhere once one begins anew."""
    with Visitor(office) as thief:
        thief.start(new_customer().code)
        for cookie in thief.http.cookies.jar:
            visitor.http.cookies.jar.set_cookie(cookie)
        email = visitor.start_and_prove(new_customer().code)
        assert thief.get("/api/registration")["registration"]["email"] != email


# Each would let text become HTML or code, or a page elsewhere talk to ours.
UNSAFE = re.compile(
    # htmx puts the server's answer there, whose templates escape what is told.
    r"(?<!hx-swap=\")innerHTML|outerHTML\s*=|insertAdjacentHTML"
    r"|document\.write|\beval\(|new Function|x-html"
    r"|hx-on|javascript:|postMessage|addEventListener\(.message|setHTMLUnsafe"
    # A constant of ours may be safe; what is typed or configured is not.
    r"|(?<![\"'])\|\s*safe\b"
)


@pytest.mark.shows("V1.1.2", "V3.2.2", "V3.5.5")
def test_our_scripts_and_pages_write_text_and_not_html():
    found = {}
    for path in [*FRONTEND.glob("scripts/**/*.js"), *FRONTEND.rglob("*.html")]:
        if unsafe := set(UNSAFE.findall(path.read_text("utf-8"))):
            found[path.name] = unsafe
    assert not found
