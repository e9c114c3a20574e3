"""From a phone of 320 px to a screen of 1920, with text as large as a reader sets it.

Every page: nothing goes sideways, and nothing is cut off. CI looks at each in every language,
another run at one page in this language, at the next in that.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cast import add_meter, new_code
from ebok.languages import LANGUAGES
from ebok.pages.composed import PAGES
from ebok.pages.frames import Frame
from journeys.axe import CUT_OFF
from journeys.scenes_papers import bill, customer_inside
from journeys.wizard import sit_down
from office import Office
from visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
IS_CI = bool(os.environ.get("BOTH"))
WIDTHS = (320, 360, 430, 560, 768, 1024, 1280, 1920)
LETTERS_PX = (16, 22, 32)
"""As browsers have them, as 137 % and as 200 % of it."""
# What stands beside the screen, told only of a page that goes sideways; the innermost of it.
SIDEWAYS = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const beside = [...document.querySelectorAll("body *")].filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return width && (right > clientWidth + 1 || left < -1) && !one.closest(".unseen");
  });
  return [`sideways by ${scrollWidth - clientWidth}`, ...beside.filter(
    (one) => !beside.some((other) => other !== one && one.contains(other))
  ).map((one) => one.outerHTML.slice(0, 100))];
}"""

# Words that run out of what is drawn around them; stages are drawn into each other.
RUN_OUT = """() => [...document.querySelectorAll(
  "body :is(a, button, label, th, td, dt, dd, h1, h2, h3, p, li, span, summary, legend)"
)].filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1
  && getComputedStyle(one).display !== "inline" && one.checkVisibility()
  && !one.closest(".unseen, .skip, .stages") && one.innerText)
  .map((one) => `runs out: ${one.outerHTML.slice(0, 100)}`)"""
# In one step, as each takes as long as what it does there.
FAULTS = f"() => [{SIDEWAYS}, {CUT_OFF}, {RUN_OUT}].flatMap((find) => find())"


def strangers(page: Page, office: Office) -> Iterator[str]:
    """What is open to everybody, for somebody who is registering."""
    with Visitor(office) as visitor:
        visitor.start_and_prove(new_code())
        sit_down(page, visitor)
        for shown in PAGES:
            if shown.frame is Frame.PUBLIC:
                yield shown.address.replace("<token>", "0" * 52)


def customers(page: Page, office: Office) -> Iterator[str]:
    """What a customer has, who has paid a year and owes one invoice."""
    customer = customer_inside(page, office, "Wspólnota Mieszkaniowa przy ul. Wyszyńskiego 12A")
    point = add_meter(customer.code, "ul. Kardynała Wyszyńskiego 12A/3").point.code
    for ago in range(12, 0, -1):
        bill(customer, ago, 8 + ago % 4, point_code=point, outstanding_grosze=0)
    owed = bill(customer, 0, 11, point_code=point)
    for shown in PAGES:
        if shown.frame is Frame.CUSTOMER or shown.name == "pomoc":
            yield shown.address.replace("<invoice_id>", owed.public_id)


@pytest.mark.parametrize("people", [strangers, customers])
def test_nothing_is_cut_off_or_goes_sideways(people, office, open_page):
    page, found = open_page(), []
    letters = page.context.new_cdp_session(page)
    for place, address in enumerate(people(page, office)):
        for lang in LANGUAGES if IS_CI else [LANGUAGES[place % len(LANGUAGES)]]:
            page.goto(f"{office.base_url}{address}?lang={lang}")
            expect(page.locator("html")).to_have_attribute("lang", lang)
            page.wait_for_load_state("networkidle")
            found += [f"{address} {lang} {fault}" for fault in faults(page, letters)]
    assert not found


def faults(page: Page, letters) -> Iterator[str]:
    """What is wrong with this page at any size."""
    for size in LETTERS_PX:
        letters.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for fault in page.evaluate(FAULTS):
                yield f"{width} px, letters of {size}: {fault}"
