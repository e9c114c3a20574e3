"""Tests wait for what happens: no library ends a wait after seconds of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ASK = {"Client", "delete", "get", "patch", "post", "put", "request", "stream"}


@pytest.fixture(autouse=True)
def at_its_database() -> None:
    """No application is made in here."""


def impatient(text: str) -> Iterator[int]:
    """Lines that ask by httpx and say nothing of how long they wait."""
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            is_asking = ast.unparse(call.func.value) == "httpx" and call.func.attr in ASK
            told = {each.arg or ast.unparse(each.value) for each in call.keywords}
            if is_asking and not told & {"timeout", "PATIENT", "visitor.PATIENT"}:
                yield call.lineno


def test_no_test_asks_with_the_five_seconds_of_httpx():
    files = {path: path.read_text("utf-8") for path in TESTS.rglob("*.py")}
    asking = {path: text for path, text in files.items() if "import httpx" in text}
    assert len(asking) >= 8
    found = [f"{path.name}:{line}" for path, text in asking.items() for line in impatient(text)]
    assert not found
    assert list(impatient("import httpx\nhttpx.get('/', verify=PLAIN)")) == [2]
