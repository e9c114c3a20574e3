"""`make screens`: a picture of every page and state into build/screens, to be looked at one by one.

Polish in light and dark, on a phone and a desktop; the others, whose words are longer, on a phone.
Those worth showing to others go into docs/screens, with few colours, so that they stay small.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from tqdm import tqdm

from ebok import database
from ebok.database import database as handle
from ebok.languages import LANGUAGES
from journeys.conftest import DESKTOP, PHONE, launch
from journeys.scenes import TOURS, letters
from office import Office, new_source
from smtp import MailServer

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "screens"
SHOWN_IN = ROOT / "docs" / "screens"
# The top of each page, on a phone down to its bar, and a few whole: what lies below is the same
# from state to state.
TOPS = {PHONE["width"]: PHONE["height"], DESKTOP["width"]: 760}
WHOLE = ("strona-glowna", "potwierdzenie-jeden-blad", "potwierdzenie-bledy")
LOOKS = {
    "pl": [(theme, screen) for screen in (PHONE, DESKTOP) for theme in ("light", "dark")],
    "en": [("light", PHONE)],
    "uk": [("dark", PHONE)],
}
COLOURS = 20
# What docs/screens shows.
SHOWN = (
    "pl/strona-glowna-1280-light",
    "uk/strona-glowna-360-dark",
    "pl/twoje-dane-bledy-360-light",
    "pl/potwierdzenie-jeden-blad-360-light",
    "pl/gotowe-360-light",
    "pl/logowanie-1280-dark",
    "pl/start-do-zaplaty-1280-light",
    "pl/start-po-terminie-360-dark",
    "pl/faktury-1280-light",
    "uk/faktury-360-dark",
    "pl/faktura-do-zaplaty-1280-light",
    "pl/faktura-korekta-360-light",
    "en/faktura-firma-360-light",
    "pl/platnosci-1280-light",
    "pl/platnosci-po-terminie-360-dark",
    "pl/zuzycie-1280-light",
    "pl/moje-dane-1280-dark",
    "en/moje-dane-zgody-360-light",
    "pl/czy-to-od-nas-invoice-invoice-360-light",
    "pl/demo-poczta-1280-light",
)
TALLEST = 1700
# As from January 2027 on: the title of a transfer has the number of KSeF.
TITLE_FROM = {"EBOK_KSEF_NUMBER_IN_TITLE_FROM": "2026-01-01"}


def main() -> None:
    """Take the pictures of these tours, or of all."""
    every = TOURS | {"letters": letters}
    tours = {name: every[name] for name in sys.argv[1:] or every}
    if tours == every:
        shutil.rmtree(FOLDER, ignore_errors=True)
    with _office() as office, sync_playwright() as playwright, launch(playwright) as browser:
        for name, lang in tqdm([(name, lang) for name in tours for lang in LANGUAGES]):
            _take(tours[name], lang, office, browser)
    if tours == every:
        _show()


@contextmanager
def _office() -> Iterator[Office]:
    folder = Path(tempfile.mkdtemp(prefix="ebok-screens-"))
    url = f"sqlite:///{folder / 'ebok.sqlite3'}"
    with MailServer() as post:
        office = Office(url, folder, post, EBOK_DEMO="true", **TITLE_FROM)
        office.run("init")
        with office:
            database.connect(url)
            handle.connect(reuse_if_open=True)
            yield office
            handle.close_all()
    shutil.rmtree(folder)


def _take(tour, lang: str, office: Office, browser: Browser) -> None:
    headers = {"X-Forwarded-For": new_source()}
    context = browser.new_context(timezone_id="Europe/Warsaw", extra_http_headers=headers)
    page = context.new_page()
    page.goto(f"{office.base_url}/?lang={lang}")
    for scene in tour(page, office):
        for theme, screen in LOOKS[lang]:
            picture = _shoot(page, theme, screen)
            if scene not in WHOLE:
                picture = picture.crop(
                    (0, 0, picture.width, min(picture.height, TOPS[picture.width]))
                )
            _save(picture, FOLDER / lang / f"{scene}-{screen['width']}-{theme}.png")
    context.close()


def _shoot(page: Page, theme: str, screen: dict) -> Image.Image:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size(screen)
    page.wait_for_load_state("networkidle")
    taken = page.screenshot(full_page=True, caret="hide")
    return Image.open(io.BytesIO(taken)).convert("RGB")


def _save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _with_few_colours(picture).save(path, optimize=True)


def _with_few_colours(picture: Image.Image) -> Image.Image:
    """The colours used most stay exactly as they are: they are the design's own."""
    counted = sorted(picture.getcolors(picture.width * picture.height), reverse=True)[:COLOURS]
    colours = [colour for _, colour in counted]
    palette = Image.new("P", (1, 1))
    spare = colours[:1] * (256 - len(colours))
    palette.putpalette([part for colour in colours + spare for part in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def _show() -> None:
    for old in SHOWN_IN.glob("*.png"):
        old.unlink()
    for name in SHOWN:
        with Image.open(FOLDER / f"{name}.png") as picture:
            shown = picture.crop((0, 0, picture.width, min(TALLEST, picture.height)))
            _save(shown.convert("RGB"), SHOWN_IN / f"{name.replace('/', '-')}.png")


if __name__ == "__main__":
    main()
