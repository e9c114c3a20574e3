"""What one start has done the next need not do again."""

import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from babel.messages import pofile
from jinja2 import Environment

from composed_once import REAL, ComposedOnce
from ebok import languages
from ebok.access import anyone
from ebok.pages import composed
from ebok.pages.frames import Frame, Page
from ebok.settings import Limits, Settings, Utility


def refuse(*_given, **_named):
    raise AssertionError


@pytest.fixture
def start(monkeypatch):
    """Compose the pages as a process that has just begun."""
    monkeypatch.setattr(composed, "_compose_all", REAL)

    def compose(settings: Settings, more: tuple[Page, ...] = ()) -> dict:
        monkeypatch.setattr(composed, "compiled", composed.Compiled())
        composed.environment.cache_clear()
        try:
            pages = composed.compose(settings, more).pages
        finally:
            composed.environment.cache_clear()
        return {name: page.body for name, page in pages.items()}

    return compose


def test_templates_are_compiled_by_the_first_start_alone(start, tmp_path, monkeypatch):
    settings = Settings(data_dir=tmp_path)
    first = start(settings)
    (tmp_path / "compiled/pages.json").unlink()

    with monkeypatch.context() as within:
        within.setattr(Environment, "compile", refuse)
        assert start(settings) == first
        (tmp_path / "compiled").rename(tmp_path / "lost")
        with pytest.raises(AssertionError):
            start(settings)


def test_pages_are_composed_once_for_the_same_settings_and_sources(start, tmp_path, monkeypatch):
    settings = Settings(data_dir=tmp_path)
    template = tmp_path / "pages/own.html"
    template.parent.mkdir()
    template.write_text("before")
    own = (Page("/own", "own", anyone, folder=tmp_path),)
    first = start(settings, own)

    with monkeypatch.context() as within:
        within.setattr(composed, "_compose", refuse)
        assert start(settings, own) == first
        kept = tmp_path / "compiled/pages.json"
        kept.write_bytes(kept.read_bytes()[:-1])
        with pytest.raises(AssertionError):
            start(settings, own)
    assert start(settings, own) == first
    template.write_text("behind")
    assert start(settings, own)["own", "en", Frame.PUBLIC] == b"behind"
    named = replace(settings, utility=Utility(name="Wodociągi Nowe"))
    assert "Wodociągi Nowe" in start(named)["index", "pl", Frame.PUBLIC].decode()


def test_pages_are_composed_where_nothing_can_be_kept(start, tmp_path):
    (tmp_path / "compiled").write_text("no folder")
    assert start(Settings(data_dir=tmp_path))


def test_pages_composed_once_for_the_tests_are_those_of_each_application(
    start, tmp_path, monkeypatch
):
    def furnish(name: str, **values) -> Settings:
        (tmp_path / name).mkdir()
        return Settings(data_dir=tmp_path / name, **values)

    first, other = furnish("first"), furnish("other", base_url="https://b.example", web_workers=3)
    named = furnish("named", utility=Utility(name="Wodociągi Nowe"))
    slower = furnish("slower", limits=Limits(login_wait_minutes=7))
    anew = start(replace(other, data_dir=furnish("anew").data_dir))

    once = ComposedOnce(REAL)
    monkeypatch.setattr(composed, "_compose_all", once)
    assert start(first) != start(other) == anew
    assert len(once.made) == 1
    assert start(named) != start(slower) != start(first)
    assert len(once.made) == 3


@pytest.fixture
def forget():
    """Forget the catalogues, as a process that has just begun; leave nothing that is kept."""
    yield languages.catalogue.cache_clear
    languages._folders.clear()
    languages.catalogue.cache_clear()


def test_catalogues_are_compiled_once_for_each_source(forget, tmp_path, monkeypatch):
    settings = Settings(data_dir=tmp_path)
    for lang in languages.LANGUAGES:
        shutil.copytree(languages.CATALOGUES / lang, tmp_path / "locale" / lang)
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path / "locale")

    def said() -> str:
        forget()
        with languages.in_report_language(settings):
            return languages.catalogue("pl").gettext("Invoices")

    first = said()
    assert first != "Invoices"
    with monkeypatch.context() as within:
        within.setattr(pofile, "read_po", refuse)
        assert said() == first
        kept = tmp_path / "compiled" / "pl.mo"
        # A disk that was full, or power that failed.
        kept.write_bytes(kept.read_bytes()[:-1])
        with pytest.raises(AssertionError):
            said()
    source = tmp_path / "locale/pl/LC_MESSAGES/messages.po"
    source.write_text(source.read_text("utf-8").replace(f'"{first}"', '"Wejdź"'), "utf-8")
    assert said() == "Wejdź"


def test_catalogues_are_read_where_nothing_can_be_kept(forget, tmp_path):
    (tmp_path / "compiled").write_text("no folder")
    forget()
    with languages.in_report_language(Settings(data_dir=tmp_path)):
        assert languages.catalogue("uk").gettext("Invoices") != "Invoices"


def test_garbage_is_collected_while_a_command_runs():
    asked = "import gc; from ebok.__main__ import run; from ebok import cli; "
    asked += "cli.main = lambda: print(gc.isenabled(), cli.ebok.get_command(None, 'import')"
    asked += ", gc.isenabled()); run()"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    before, _command, _import, after = done.stdout.split()
    assert (before, after) == ("False", "True")
