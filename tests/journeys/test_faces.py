"""Every page and state, as axe, a narrow screen and a screen reader find it.

A part of the combinations in every run; all of them with `FULL=1`, which `make check` sets.
"""

import os

import pytest
from playwright.sync_api import Page

from journeys.conftest import DESKTOP, PHONE
from journeys.scenes import TOURS

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
FULL = bool(os.environ.get("FULL"))
LANGUAGES = {"public": "uk", "wizard": "pl", "ends": "en", "account": "uk", "links": "pl"}
PLANS = [(t, lang) for t in TOURS for lang in (("pl", "en", "uk") if FULL else (LANGUAGES[t],))]
LOOKS = [(theme, screen) for theme in ("light", "dark") for screen in (PHONE, DESKTOP)]

FIND_FAULTS = """async () => {
  const { violations } = await axe.run(document, { runOnly: [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  return violations.map(({ id, nodes }) =>
    `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join("; ")}`);
}"""
IS_IN_ORDER = """() => {
  const headings = [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility());
  const jumps = [...document.querySelectorAll("[tabindex]")].filter((e) => e.tabIndex > 0);
  return [headings.length, jumps.length, document.title.length > 10, document.documentElement.lang];
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("tour", "lang"), PLANS)
def test_every_page_is_accessible(tour, lang, office, open_page):
    page = open_page(f"{office.base_url}/?lang={lang}")
    faults = [
        fault
        for place, scene in enumerate(TOURS[tour](page, office))
        for look in (LOOKS if FULL else [LOOKS[place % len(LOOKS)]])
        for fault in look_at(page, f"{scene} {lang}", *look)
    ]
    assert faults == []


def look_at(page: Page, scene: str, theme: str, screen: dict) -> list[str]:
    """What is wrong with this state on this screen."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(screen)
    where = f"{scene} {theme} {screen['width']}"
    found = [f"{where}: {fault}" for fault in page.evaluate(FIND_FAULTS)]
    if page.evaluate(IS_IN_ORDER) != [1, 0, True, scene.rpartition(" ")[2]]:
        found.append(f"{where}: not one h1, a tabindex above 0, or no title")
    # The narrowest screen, and a 1280 one at 400 %.
    page.set_viewport_size({"width": 320, "height": 640})
    if page.evaluate(OVERFLOW) > 0:
        found.append(f"{where}: scrolls sideways at 320 px")
    return found
