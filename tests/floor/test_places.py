"""Which office a command works on: this machine's, or the one it is told; never another."""

import os
from pathlib import Path

import pytest

from command import Bounds, run_ebok

NOBODY = 65534
BARE = {"PATH": os.environ["PATH"]}


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    """A working directory in which nothing may appear; commands start here."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def usual(tmp_path) -> Bounds:
    """The settings of this machine's office, where they usually are."""
    path = tmp_path / "etc" / "ebok.toml"
    path.parent.mkdir()
    path.write_text(f'data_dir = "{tmp_path}/office"\n')
    return Bounds(usual_config=str(path))


def run(*words: str, bounds: Bounds | None = None, **environment):
    # The process that commands are forks of was started elsewhere.
    bounds = bounds or Bounds(usual_config="/nowhere/ebok.toml")
    return run_ebok(BARE | environment, *words, bounds=bounds, folder=os.getcwd())


@pytest.mark.shows("P121")
def test_command_finds_the_settings_of_this_machine(elsewhere, usual, tmp_path):
    done = run("init", bounds=usual)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "office" / "ebok.sqlite3").exists()
    assert "unbroken" in run("audit", "verify", bounds=usual).stdout
    assert list(elsewhere.iterdir()) == []


@pytest.mark.shows("P121")
@pytest.mark.parametrize("words", [("init",), ("imports", "list"), ("demo", "--no-serve")])
def test_without_settings_no_office_is_made_and_told_what_to_do(elsewhere, words):
    done = run(*words)
    assert done.returncode == 78
    assert "EBOK_CONFIG" in done.stderr
    assert "ebok --data FOLDER" in done.stderr
    assert "/nowhere/ebok.toml is not there" in done.stderr
    assert list(elsewhere.iterdir()) == []


def test_office_in_a_folder_is_only_worked_on_when_asked_for(elsewhere, usual, tmp_path):
    done = run("--data", "own", "init", bounds=usual)
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "own" / "ebok.sqlite3").exists()
    assert not (tmp_path / "office").exists()
    (elsewhere / "own" / "ebok.toml").write_text('port = "none"')
    done = run("--data", "own", "init", bounds=usual)
    assert done.returncode == 78
    assert "port" in done.stderr


def test_relative_folder_starts_at_the_file_that_names_it(elsewhere, tmp_path):
    config = tmp_path / "ebok.toml"
    config.write_text('data_dir = "beside"')
    assert run("init", EBOK_CONFIG=str(config)).returncode == 0
    assert (tmp_path / "beside" / "ebok.sqlite3").exists()
    assert list(elsewhere.iterdir()) == []


def test_settings_that_this_user_may_not_read_are_told_as_such(elsewhere, usual, tmp_path):
    if os.geteuid():
        pytest.skip("needs another user")
    Path(usual.usual_config).parent.chmod(0o700)
    tmp_path.chmod(0o755)
    other = Bounds(user=NOBODY, usual_config=usual.usual_config)
    done = run("imports", "list", bounds=other)
    assert done.returncode == 78
    assert "sudo -u ebok" in done.stderr
    assert list(elsewhere.iterdir()) == []
