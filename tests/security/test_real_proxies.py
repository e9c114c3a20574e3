"""Behind real Caddy and nginx, set up as docs/operating.md says, at an address with a port."""

import pytest

from cast import new_code, new_customer
from ebok import database
from office import Office
from proxies import PROXIES, behind, is_here
from smtp import MailServer
from visitor import require_problem

pytestmark = pytest.mark.shows("T0.0")

STAFFS, ELSEWHERE = "127.0.0.5", "127.0.0.6"
"""Addresses of this machine: where the staff are, and another."""
TWINS = ("X_Forwarded_For", "X-Forwarded_For", "x_forwarded-for")


@pytest.fixture(scope="module", params=PROXIES)
def front(request, tmp_path_factory, migrated_sqlite):
    """An office on SQLite behind each of them: no proxy knows of databases."""
    if not is_here(request.param):
        pytest.skip(f"{request.param} is not installed: see tests/prepare.sh")
    folder = tmp_path_factory.mktemp("front")
    url = f"sqlite:///{folder / 'ebok.sqlite3'}"
    (folder / "ebok.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    chosen = {"EBOK_LIMITS_LOGINS_PER_SOURCE": "10", "EBOK_STAFF_NETWORKS": f"{STAFFS}/32"}
    with (
        MailServer() as post,
        behind(request.param, Office(url, folder, post, **chosen), folder) as found,
    ):
        database.connect(url)
        database.database.connect(reuse_if_open=True)
        yield found
        database.database.close_all()


def test_customer_registers_at_an_address_with_a_port(front):
    somebody = front.visitor()
    somebody.open_account(new_customer())
    answer = somebody.get("/start")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "includeSubDomains" not in answer.headers["Strict-Transport-Security"]


@pytest.mark.shows("P94")
def test_twin_of_the_protocol_does_not_pass_for_the_proxy_s(front):
    """Believed, it would lift the check of where a change over https comes from."""
    somebody = front.visitor()
    somebody.get("/api/session")
    del somebody.http.headers["Referer"]
    for name in ("X_Forwarded_Proto", "X-Forwarded_Proto"):
        somebody.http.headers[name] = "http"
        somebody.post("/api/session", 400, "csrf", customer_code=new_code(), password="x")


def test_bundle_of_megabytes_comes_through_its_door_and_no_other(front):
    key = front.office.run("keys", "make", f"k{front.office.port}", "--clerk", "D").stdout.strip()
    http, body = front.visitor().http, b"x" * 3_000_000
    told = http.put(
        "/api/billing/bundles/a.zip", content=body, headers={"Authorization": f"Bearer {key}"}
    )
    assert told.status_code == 202, told.text
    assert http.post("/api/session", content=body[:100_000]).status_code == 413


@pytest.mark.shows("T14.11", "V4.1.3")
def test_back_office_answers_the_staffs_network_alone_whatever_is_claimed(front):
    """The proxy says where a request comes from; what the request itself says does not count."""
    for address, is_answered in ((STAFFS, True), (ELSEWHERE, False)):
        other = ELSEWHERE if is_answered else STAFFS
        claims = [{}, *({name: other} for name in (*TWINS, "X-Forwarded-For", "X-Real-IP"))]
        claims += [{"X-Forwarded-For": f"{other}, {other}"}, {"Forwarded": f"for={other}"}]
        with front.at(address) as http:
            nowhere = http.get("/biuro/nic").text
            for claimed in claims:
                for path in ("/biuro/logowanie", "/biuro/zaproszenie"):
                    seen = http.get(path, headers=claimed)
                    assert (seen.status_code == 200) == is_answered, (address, claimed)
                    assert is_answered or (seen.status_code, seen.text) == (404, nowhere)
                changed = http.post("/biuro/logowanie", headers=claimed).status_code
                assert changed == (400 if is_answered else 404), (address, claimed)
            assert http.get("/logowanie").status_code == 200


@pytest.mark.shows("P94", "V4.1.3", "V15.3.4")
def test_twins_of_the_address_are_no_way_around_limits(front):
    """Last in this file: this machine has then no more tries."""
    somebody = front.visitor()
    statuses = []
    for number in range(20):
        for name in (*TWINS, "X-Forwarded-For"):
            somebody.http.headers[name] = f"198.51.100.{number}"
        typed = {"customer_code": new_code(), "password": "x"}
        token = somebody.token or somebody.get("/api/session")["session"]["csrf_token"]
        answer = somebody.http.post("/api/session", json=typed, headers={"X-CSRFToken": token})
        somebody.token = token
        require_problem(answer, answer.json())
        statuses.append(answer.status_code)
    assert statuses[-1] == 429
    assert set(statuses) == {401, 429}
