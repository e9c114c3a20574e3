"""What hangs on the door: hours and notices, in the language of whoever reads them."""

import re

from ebok.pages.composed import compose
from ebok.pages.frames import Frame
from floor.test_settings import faults, load

HOURS = """
[[utility.hours]]
days = "mon"
hours = "7.30–17.00"
[[utility.hours]]
days = "wtorek–piątek"
hours = "7:30–15:30"
[[utility.hours]]
days = "pierwsza sobota miesiąca"
hours = "8.00–12.00"
[utility.hours.en]
days = "first Saturday of the month"
"""
NOTICES = """
[[notices]]
when = "24 listopada"
title = "Przerwa w dostawie"
text = "Wymieniamy zasuwę."
heed = true
[notices.uk]
when = "24 листопада"
title = "Перерва в подачі води"
text = "Міняємо засувку."
"""


def lines(settings, lang: str) -> list[tuple[str, str]]:
    return [
        (line.days, line.hours) for line in (h.in_language(lang) for h in settings.utility.hours)
    ]


def test_each_reads_the_hours_in_their_language(tmp_path):
    settings = load(tmp_path, HOURS)
    assert lines(settings, "pl") == [
        ("poniedziałek", "7.30–17.00"),
        ("wtorek–piątek", "7.30–15.30"),
        ("pierwsza sobota miesiąca", "8.00–12.00"),
    ]
    assert lines(settings, "en") == [
        ("Monday", "7:30–17:00"),
        ("Tuesday–Friday", "7:30–15:30"),
        ("first Saturday of the month", "8:00–12:00"),
    ]
    # What nobody has translated stays as it was written.
    assert lines(settings, "uk") == [
        ("понеділок", "7:30–17:00"),
        ("вівторок–пʼятниця", "7:30–15:30"),
        ("pierwsza sobota miesiąca", "8:00–12:00"),
    ]


def test_words_that_stay_polish_are_said_to_be_so(tmp_path):
    settings = load(tmp_path, HOURS + NOTICES)
    assert [h.in_language("uk").is_polish for h in settings.utility.hours] == [False, False, True]
    pages = compose(settings).pages
    html = {lang: pages["index", lang, Frame.PUBLIC].body.decode() for lang in ("pl", "en", "uk")}
    assert '<dt lang="pl">pierwsza sobota miesiąca</dt>' in html["uk"]
    assert '<dt lang="pl">' not in html["en"] + html["pl"]
    assert "Перерва в подачі води" in html["uk"]
    assert "Przerwa w dostawie" not in html["uk"]
    polish = re.compile(r'<article [^>]*lang="pl">.*Przerwa w dostawie', re.S)
    assert polish.search(html["en"])
    assert not polish.search(html["pl"])


def test_a_notice_is_translated_whole_or_not_at_all(tmp_path):
    half = NOTICES.replace('text = "Міняємо засувку."', "")
    assert faults(tmp_path, half) == ["notices[0].uk.: text must be given"]
