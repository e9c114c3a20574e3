"""What the privacy policy and the terms say of e-BOK is so, and dated.

A consent keeps the very words that were agreed to, and the date in them is part of them: whoever
changes a text dates it anew, in all languages, and adds the line that the test asks for to
texts.txt.
"""

import ast
import hashlib
import re
from datetime import UTC, date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from ebok import headers
from ebok.access import realms
from ebok.languages import LANGUAGES
from ebok.pages.static import DIST, FRONTEND

HOUSE = Path(headers.__file__).parent
SCRIPTS = FRONTEND / "scripts"
DATED = ("polityka-prywatnosci", "regulamin")
VERSIONS = Path(__file__).with_name("texts.txt")
A_YEAR = {"pl": "; rok", "en": "; a year", "uk": "; рік"}
UNTIL_THE_END = {"pl": "; do wylogowania", "en": "; until", "uk": "; до виходу"}
# The first argument of whatever reads or writes the storage of a tab.
KEY = re.compile(r"\b(?:keep|recall|forget|form)\((\"\w+\"|[A-Z]\w*)")
OTHER_STORES = re.compile(
    r"localStorage|indexedDB|document\.cookie|cookieStore|serviceWorker|caches\.open"
)


def source(name: str, lang: str) -> str:
    return (FRONTEND / "texts" / f"{name}.{lang}.html").read_text("utf-8")


def told(lang: str) -> dict[str, str]:
    """What the privacy policy says of each cookie and key."""
    rows = re.findall(r"<dt>(ebok[^<]*)</dt><dd>([^<]*)</dd>", source(DATED[0], lang))
    return {name: what for names, what in rows for name in names.split(", ")}


@cache
def kept_cookies() -> set[str]:
    """Names of the cookies that `keep_cookie` sets, for a year."""
    names = set()
    for path in HOUSE.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "set_cookie(" not in text or path.name == "headers.py", path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "keep_cookie":
                module = ".".join(("ebok", *path.relative_to(HOUSE).with_suffix("").parts))
                names.add(getattr(import_module(module), ast.unparse(node.args[0])))
    return names


def session_cookies() -> set[str]:
    """Names of the cookies of the realms."""
    return {each.cookie for each in vars(realms).values() if isinstance(each, realms.Realm)}


def storage_keys() -> set[str]:
    """The keys under which scripts keep something in the browser's tab."""
    keys = set()
    for path in SCRIPTS.rglob("*.js"):
        script = path.read_text("utf-8")
        assert "sessionStorage." not in script or path.name == "kept.js", path
        for name in KEY.findall(script):
            constant = re.search(rf'const {name} = ("\w+")', script)
            keys.add(f"ebok:{(constant[1] if constant else name).strip(chr(34))}")
    return keys


@pytest.mark.parametrize("lang", LANGUAGES)
def test_privacy_policy_names_each_cookie_and_key_and_how_long_it_stays(lang):
    cookies, sessions, keys = kept_cookies(), session_cookies(), storage_keys()
    assert min(len(cookies), len(sessions)) >= 2
    assert len(keys) >= 10
    policy = told(lang)
    assert policy.keys() == cookies | sessions | keys
    assert headers.A_YEAR == 365 * 24 * 3600
    assert all(A_YEAR[lang] in policy[name] for name in cookies)
    assert all(UNTIL_THE_END[lang] in policy[name] for name in sessions)


def test_nothing_else_is_kept_in_the_browser():
    assert "`ebok:${form}`" in (SCRIPTS / "kept.js").read_text("utf-8")
    for path in DIST.glob("*.js"):
        assert not OTHER_STORES.search(path.read_text("utf-8")), path.name


@pytest.mark.parametrize("name", DATED)
def test_text_that_changes_is_dated_anew(name):
    """In all languages alike, and not ahead."""
    texts = [source(name, lang) for lang in LANGUAGES]
    (day,) = {re.search(r'<time datetime="([\d-]+)">', text)[1] for text in texts}
    assert date.fromisoformat(day) <= datetime.now(UTC).date()
    line = f"{hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:16]} {day} {name}"
    lines = VERSIONS.read_text("utf-8").splitlines()
    assert line in lines, f"date {name} anew, in all languages, and add to {VERSIONS.name}: {line}"
    assert [each.split()[1:] for each in lines].count([day, name]) == 1, "a version has one text"
