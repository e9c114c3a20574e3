"""What a server must not show: its methods of tracing, folders, sources, notes and faults."""

import pytest

pytestmark = pytest.mark.shows("P114")

NOTHING = [
    "/.git/HEAD",
    "/.env",
    "/ebok.toml",
    "/openapi.yaml",
    "/docs/openapi.yaml",
    "/static/",
    "/scripts/",
    "/data/ebok.sqlite3",
    "/documents/",
    "/inbox/",
    "/intake/",
    "/console",
    "/debug",
    "/server-status",
    "/static/../backend/ebok/app.py",
    "/static/%2e%2e/%2e%2e/etc/passwd",
]


@pytest.mark.shows("V5.3.1", "V13.2.5", "V13.4.1", "V13.4.3", "V16.5.1")
@pytest.mark.parametrize("path", NOTHING)
def test_nothing_is_served_but_the_office(office, visitor, path):
    answer = visitor.http.get(path)
    assert answer.status_code == 404, path
    assert "Traceback" not in answer.text


@pytest.mark.shows("V13.4.4")
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"])
def test_method_that_no_view_has_repeats_nothing(office, visitor, method):
    marked = {"X-Secret": "not-to-be-repeated"}
    for path in ("/api/session", "/logowanie"):
        answer = visitor.http.request(method, path, headers=marked)
        assert answer.status_code in (400, 404, 405, 501), (method, path)
        assert "not-to-be-repeated" not in answer.text + str(answer.headers)
