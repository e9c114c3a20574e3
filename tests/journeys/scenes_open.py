"""What everybody may read, one page after another, and what is shown when something is wrong."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from ebok.pages.composed import compose
from ebok.pages.frames import Frame
from ebok.settings import Settings
from ebok.settings.office_hours import Notice, NoticeWords
from office import Office

TEXTS = ("pomoc", "regulamin", "polityka-prywatnosci", "deklaracja-dostepnosci")
NOTICES = (
    Notice(
        "Planowane prace: wtorek 24 listopada, 8.00–14.00",
        "Bez wody: ulice Lipowa, Polna i Kwiatowa",
        "Wymieniamy zasuwę na rogu Lipowej i Polnej. Nabierz wody rano. Beczkowóz stanie przy"
        " szkole, ul. Lipowa 12.",
        heed=True,
        en=NoticeWords(
            "Planned works: Tuesday 24 November, 8:00–14:00",
            "No water: ul. Lipowa, Polna and Kwiatowa",
            "We are replacing a valve where Lipowa meets Polna. Draw water in the morning. A water"
            " tanker will stand by the school, ul. Lipowa 12.",
        ),
    ),
    Notice("Od 1 stycznia", "Nowe ceny wody i ścieków", "Metr sześcienny kosztuje 13,46 zł."),
)


def public(page: Page, office: Office) -> Iterator[str]:
    """What everybody may read, and the errors."""
    for name in ("", *TEXTS):
        page.goto(f"{office.base_url}/{name}")
        yield name or "strona-glowna"
    _show(page, office, "index")
    yield "strona-glowna-komunikaty"
    page.goto(f"{office.base_url}/nie-ma-takiej")
    yield "blad-404"
    _show(page, office, "errors/500", 500)
    yield "blad-500"
    page.goto(f"{office.base_url}/pomoc")
    page.context.set_offline(True)
    page.locator("footer a[href$='/regulamin']").click()
    expect(page.locator("[data-offline]")).to_be_focused()
    yield "bez-sieci"
    page.context.set_offline(False)


def _show(page: Page, office: Office, name: str, status: int = 200) -> None:
    """Show a page as rendered with notices, also the error page."""
    lang = page.locator("html").get_attribute("lang")
    settings = Settings(base_url=office.base_url, notices=NOTICES)
    body = compose(settings).pages[name, lang, Frame.PUBLIC].body
    page.route("**/na-niby", lambda route: route.fulfill(status=status, body=body))
    page.goto(f"{office.base_url}/na-niby")
    page.unroute("**/na-niby")
