"""`make screens`: a picture of every page and state into docs/screens, to be looked at one by one.

Three languages, light and dark, a phone and a desktop. The pictures have few colours, so that the
folder stays small.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from office import Office, new_source
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from smtp import MailServer
from tqdm import tqdm

from ebok import database
from ebok.database import database as handle
from ebok.languages import LANGUAGES
from journeys.conftest import DESKTOP, PHONE, launch
from journeys.scenes import TOURS

FOLDER = Path(__file__).parents[1] / "docs" / "screens"
LOOKS = [(theme, screen) for screen in (PHONE, DESKTOP) for theme in ("light", "dark")]
COLOURS = 64
# What README shows: its name, the picture it is cut from, and how much of it.
SHOWN = (
    ("start", "pl/strona-glowna-1280-light", 900),
    ("potwierdzenie", "pl/potwierdzenie-jeden-blad-360-light", 1500),
)


def main() -> None:
    """Take the pictures of these tours, or of all."""
    tours = {name: TOURS[name] for name in sys.argv[1:] or TOURS}
    if len(tours) == len(TOURS):
        shutil.rmtree(FOLDER, ignore_errors=True)
    with _office() as office, sync_playwright() as playwright, launch(playwright) as browser:
        for name, lang in tqdm([(name, lang) for name in tours for lang in LANGUAGES]):
            _take(tours[name], lang, office, browser)
    for name, source, height in SHOWN:
        _cut(FOLDER / f"{source}.png", FOLDER / f"{name}.png", height)


@contextmanager
def _office() -> Iterator[Office]:
    folder = Path(tempfile.mkdtemp(prefix="ebok-screens-"))
    url = f"sqlite:///{folder / 'ebok.sqlite3'}"
    with MailServer() as post:
        office = Office(url, folder, post)
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
        for theme, screen in LOOKS:
            _shoot(page, FOLDER / lang / f"{scene}-{screen['width']}-{theme}.png", theme, screen)
    context.close()


def _shoot(page: Page, path: Path, theme: str, screen: dict) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size(screen)
    page.wait_for_load_state("networkidle")
    # The tour hides what blinks: the caret and the focus stay as they are.
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, caret="hide")))
    path.parent.mkdir(parents=True, exist_ok=True)
    _save(picture.convert("RGB"), path)


def _save(picture: Image.Image, path: Path) -> None:
    few = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def _cut(source: Path, target: Path, height: int) -> None:
    with Image.open(source) as picture:
        picture.crop((0, 0, picture.width, min(height, picture.height))).save(target, optimize=True)


if __name__ == "__main__":
    main()
