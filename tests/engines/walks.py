"""`make engines`: the same walk in each engine that customers have, with a picture of each page.

Pictures go into build/engines; they are to be looked at. EBOK_ENGINES names the engines that must
be there; any other that is not installed is skipped, and says so.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

import httpx
import pytest

import visitor
from demo.served import Demo, run
from engines.drivers import DESKTOP, ENGINES, PHONE, TOO_OLD, Engine, NotInstalled
from engines.looks import SIDEWAYS_OR_HUGE, faults
from engines.walk import Hand, walk
from patience import until

FOLDER = Path(__file__).parents[2] / "build" / "engines"
"""Kept out of git."""
NEWCOMERS = 3
"""Who can register in a demo; one walk each."""


@pytest.fixture(scope="session")
def towns(tmp_path_factory) -> Iterator[Callable[[int], Demo]]:
    """The demo of a number, begun when it is first wanted: in each, three people can register."""
    with ExitStack() as served:

        @cache
        def town(_number: int) -> Demo:
            folder = tmp_path_factory.mktemp("town")
            run("--no-serve", {"EBOK_DATA_DIR": str(folder)})
            demo = served.enter_context(Demo(folder))
            until(lambda: _answers(demo.base_url), demo.process)
            return demo

        yield town


@pytest.fixture
def town(towns) -> Demo:
    """The first."""
    return towns(0)


def _answers(url: str) -> bool:
    with suppress(httpx.ConnectError):
        return httpx.get(url, trust_env=False, **visitor.PATIENT).is_success
    return False


@pytest.mark.parametrize("name", ENGINES)
def test_leaflet_to_start_and_what_one_looks_at_there(name, towns, monkeypatch):
    with _opened(name) as engine:
        number, place = divmod(list(ENGINES).index(name), NEWCOMERS)
        town = towns(number)
        customer = town.customers()[place]
        monkeypatch.setattr(visitor, "SECRET", (town.data_dir / "secret_key").read_text())
        engine.resize(*PHONE)
        found = [
            f"{page}: {fault}"
            for place, page in enumerate(walk(Hand(engine, town), customer))
            for fault in _look(engine, FOLDER / name, f"{place:02}-{page}")
        ]
    assert not found


@pytest.mark.parametrize("name", ENGINES)
def test_what_does_not_come_ends_the_walk(name, town):
    with _opened(name) as engine:
        hand = Hand(engine, town)
        hand.go("/rejestracja?lang=pl")
        hand.see("h1")
        with pytest.raises(AssertionError, match="nothing more comes: waited for #not-there"):
            hand.see("#not-there")


@pytest.mark.parametrize("name", TOO_OLD)
def test_page_to_read_says_that_the_browser_is_too_old_and_whom_to_call(name, town):
    with _opened(name) as engine:
        engine.resize(*PHONE)
        hand = Hand(engine, town)
        for place, path in enumerate(("/rejestracja?lang=pl", "/pomoc", "/logowanie")):
            hand.go(path)
            told = hand.engine.evaluate("return arguments[0].innerText", hand.see("[data-broken]"))
            assert "przeglądarka może być za stara" in told
            assert "15 000 12 34" in told.replace("\xa0", " ")
            assert engine.evaluate(SIDEWAYS_OR_HUGE) == []
            _keep(engine, FOLDER / name, f"{place:02}-{path[1:6]}")


@contextmanager
def _opened(name: str) -> Iterator[Engine]:
    try:
        with (ENGINES | TOO_OLD)[name]() as engine:
            yield engine
    except NotInstalled as missing:
        if name in os.environ.get("EBOK_ENGINES", "").split():
            raise
        pytest.skip(f"not installed: {missing}")


def _look(engine: Engine, folder: Path, name: str) -> Iterator[str]:
    """Defects at phone and desktop size, with screenshots; ends at phone size."""
    for size in (DESKTOP, PHONE):
        engine.resize(*size)
        _keep(engine, folder, f"{name}-{size[0]}")
        yield from faults(engine)


def _keep(engine: Engine, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.png").write_bytes(engine.shoot())
