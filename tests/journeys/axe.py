"""What axe, a narrow screen and a look at the headings find on a page."""

from playwright.sync_api import Page

FIND_FAULTS = """async () => {
  const { violations } = await axe.run(document, { runOnly: [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  const tell = ({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(tell).join("; ")}`);
}"""
IS_IN_ORDER = """() => {
  const headings = [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility());
  const jumps = [...document.querySelectorAll("[tabindex]")].filter((e) => e.tabIndex > 0);
  return [headings.length, jumps.length, document.title.length > 10, document.documentElement.lang];
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


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
