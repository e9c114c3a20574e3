"""Checks of a page: axe, narrow screens, large and widely spaced text, headings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from journeys.conftest import PHONE

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# Nothing is told of what passed: to describe it takes a quarter of the time. Of style sheets, which
# take a sixth to read again, nothing is asked by any of these rules.
FIND_FAULTS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"],
    preload: { assets: ["media"] }, runOnly: [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  const tell = ({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(tell).join("; ")}`);
}"""
IS_IN_ORDER = """() => {
  const headings = [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility());
  const jumps = [...document.querySelectorAll("[tabindex]")].filter((e) => e.tabIndex > 0);
  return [headings.length, jumps.length, document.title.length > 10, document.documentElement.lang];
}"""
# Whatever stands alone and is pressed is 44 px high; links inside a sentence are as high as it is.
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input, textarea")]
  .filter((e) => e.type !== "hidden" && e.checkVisibility() && !e.matches("[readonly]"))
  .filter((e) => getComputedStyle(e).display !== "inline")
  .map((e) => [e, (e.closest("label") ?? e).getBoundingClientRect()])
  .filter(([e, box]) => box.height < 43.9 || box.width < 24)
  .map(([e, box]) => `${e.outerHTML.slice(0, 120)} ${box.width} × ${box.height}`)"""
# The one act of a page is filled, as is what somebody has decided. A phone's foot leads to the act.
FILLED = """() => [...document.querySelectorAll(":is(a, button).button")]
  .filter((e) => !e.matches(".button--quiet, .button--link, [aria-pressed], .foot *"))
  .filter((e) => e.checkVisibility())
  .map((e) => e.innerText.trim())"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# WCAG 1.4.12. The page's policy refuses style elements, but not the browser's own sheets.
SET_WIDE = """(wide) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = wide ? [sheet] : [];
}"""
# Drawings, and what only a reader hears, have no letters to lose.
CUT_OFF = """() => [...document.querySelectorAll("body *:not(input, textarea, .unseen)")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .filter((e) => ["hidden", "clip"].includes(getComputedStyle(e).overflowX))
  .filter((e) => e.checkVisibility() && !e.closest("[aria-hidden], [role=img]") && e.innerText)
  .map((e) => e.outerHTML.slice(0, 120))"""
BESIDE = """width => [...document.querySelectorAll("body *")].filter((one) =>
    one.getBoundingClientRect().right > width + 1 && !one.closest(".paper__frame")
).map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
SCROLLED = f"width => document.documentElement.scrollWidth > width ? ({BESIDE})(width) : null"
# A screen of 1280 × 1024 at 400 %.
NARROW = {"width": 320, "height": 256}


def look_at(page: Page, scene: str, theme: str, screen: dict) -> list[str]:
    """Faults of this state on this screen, once what it has asked for is there."""
    expect(page.locator("main").filter(visible=False)).to_have_count(0)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(screen)
    where = f"{scene} {theme} {screen['width']}"
    # By the browser's own hand, not the page's: the page's policy stays in force. To read axe takes
    # as long as a third of its work, so it is read once for each document.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found = [*page.evaluate(FIND_FAULTS)]
    found += [f"too small to press: {small}" for small in page.evaluate(TOO_SMALL)]
    found += _filled(page)
    if page.evaluate(IS_IN_ORDER) != [1, 0, True, scene.rpartition(" ")[2]]:
        found.append("not one h1, a tabindex above 0, or no title")
    return [f"{where}: {fault}" for fault in found + _large(page) + _narrow(page)]


def _filled(page: Page) -> list[str]:
    """More than one filled button: which is the page's act?"""
    filled = page.evaluate(FILLED)
    return [f"more than one filled button: {filled}"] if len(filled) > 1 else []


@contextmanager
def large_letters(page: Page) -> Iterator[None]:
    """Letters of 32 pixels, as a browser is set by who sees badly: its media queries know."""
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    yield
    browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    browser.detach()


def _large(page: Page) -> list[str]:
    """Elements wider than a phone at 200 % text size."""
    page.set_viewport_size(PHONE)
    with large_letters(page):
        wider = page.evaluate(SCROLLED, PHONE["width"])
    return [f"wider than a phone with large letters: {wider}"] if wider else []


def _narrow(page: Page) -> list[str]:
    """Content lost at 400 % zoom and with wide text spacing."""
    page.set_viewport_size(NARROW)
    found = _filled(page)
    for text in ("as it is", "set wide"):
        page.evaluate(SET_WIDE, text == "set wide")
        if (sideways := page.evaluate(OVERFLOW)) > 0:
            found.append(f"scrolls sideways by {sideways} px at 320 px, {text}")
        found += [f"cut off at 320 px, {text}: {lost}" for lost in page.evaluate(CUT_OFF)]
    page.evaluate(SET_WIDE, False)
    return found
