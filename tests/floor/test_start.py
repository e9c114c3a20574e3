"""What one start has done the next need not do again."""

import subprocess
import sys

import pytest
from jinja2 import Environment

from ebok.pages import composed
from ebok.settings import Settings


@pytest.fixture
def start(monkeypatch):
    """Compose the pages as a process that has just begun."""

    def compose(settings: Settings) -> dict:
        monkeypatch.setattr(composed, "compiled", composed.Compiled())
        composed._environment.cache_clear()
        try:
            pages = composed.compose(settings).pages
        finally:
            composed._environment.cache_clear()
        return {name: page.body for name, page in pages.items()}

    return compose


def test_templates_are_compiled_by_the_first_start_alone(start, tmp_path, monkeypatch):
    settings = Settings(data_dir=tmp_path)
    first = start(settings)
    (tmp_path / "compiled").stat()

    def refuse(*_given, **_named):
        raise AssertionError

    with monkeypatch.context() as within:
        within.setattr(Environment, "compile", refuse)
        assert start(settings) == first
        (tmp_path / "compiled").rename(tmp_path / "lost")
        with pytest.raises(AssertionError):
            start(settings)


def test_pages_are_composed_where_nothing_can_be_kept(start, tmp_path):
    (tmp_path / "compiled").write_text("no folder")
    assert start(Settings(data_dir=tmp_path))


def test_garbage_is_collected_while_a_command_runs():
    asked = "import gc; from ebok.__main__ import run; from ebok import cli; "
    asked += "cli.main = lambda: print(gc.isenabled(), cli.ebok.get_command(None, 'import')"
    asked += ", gc.isenabled()); run()"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    before, _command, _import, after = done.stdout.split()
    assert (before, after) == ("False", "True")
