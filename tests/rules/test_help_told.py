"""*Pomoc* says what the product does: every button that it names is there, in every language."""

import re
from pathlib import Path

import pytest

from ebok.languages import LANGUAGES

FRONTEND = Path(__file__).parents[2] / "frontend"
NAMED = re.compile(r'help\.named\(_\("([^"]+)"\)\)')
LED_TO = re.compile(r'help\.place\("([^"]+)", _\("([^"]+)"\)\)')
PAGES = "\n".join(
    path.read_text("utf-8")
    for folder in ("pages", "partials", "frames")
    for path in (FRONTEND / folder).rglob("*.html")
)
TOPICS = ("platnosci", "faktury", "moje-dane", "czy-to-od-nas", "zuzycie")
SETTINGS = (
    "code_minutes", "proven_minutes", "temporary_password_hours", "password_reset_minutes",
    "limits.logins_per_source", "limits.login_wait_minutes", "session_idle_minutes",
    "paper_notice_days", "remind_due_days", "remind_overdue_days", "imoje.is_on",
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_names_only_what_the_pages_have(lang):
    text = (FRONTEND / "texts" / f"pomoc.{lang}.html").read_text("utf-8")
    named = set(NAMED.findall(text))
    assert len(named) > 20
    assert [name for name in named if f'_("{name}")' not in PAGES] == []
    places = {way for way, _name in LED_TO.findall(text)}
    assert {f"/{topic}" for topic in TOPICS} <= places
    assert [way for way in places if not (FRONTEND / f"pages{way}.html").exists()] == []
    assert [name for name in SETTINGS if f"settings.{name}" not in text] == []


def test_help_says_the_same_in_every_language():
    texts = [(FRONTEND / "texts" / f"pomoc.{lang}.html").read_text("utf-8") for lang in LANGUAGES]
    for lines in zip(*(text.splitlines() for text in texts), strict=True):
        assert len({tuple(sorted(NAMED.findall(line))) for line in lines}) == 1, lines
        assert len({tuple(sorted(LED_TO.findall(line))) for line in lines}) == 1, lines
        held = [sorted(re.findall(r"settings\.[\w.]+", line)) for line in lines]
        assert held.count(held[0]) == len(held), lines
