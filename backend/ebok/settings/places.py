"""Where the settings are, and the data: never guessed, or a command would make a second office."""

import os
import secrets
import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

CONFIG, DATA = "EBOK_CONFIG", "EBOK_DATA_DIR"
USUAL_CONFIG = Path("/etc/ebok/ebok.toml")
NO_OFFICE = (
    "data_dir: none is set, and no file of settings was found: {config} is not there, and"
    " EBOK_CONFIG names none. For the office of this machine give EBOK_CONFIG; for one to try"
    " things out, in a folder of its own: `ebok --data FOLDER …`"
)


def config_file(environment: Mapping[str, str]) -> Path | None:
    """The file that settings are read from: the one named, else the usual one where it is there.

    EBOK_CONFIG that is empty says that there is none.
    """
    name = environment.get(CONFIG)
    if name is not None:
        return Path(name) if name else None
    try:
        return USUAL_CONFIG if USUAL_CONFIG.exists() else None
    except PermissionError:
        return USUAL_CONFIG


def read_config(path: Path | None, faults: list[str]) -> dict[str, Any]:
    """What the file says. A folder of data that it names starts at the file's own folder."""
    try:
        given = tomllib.loads(path.read_text("utf-8")) if path else {}
    except PermissionError:
        faults.append(
            f"{path} cannot be read by this user: run the command as the one that runs e-BOK,"
            " `sudo -u ebok ebok …`"
        )
        return {}
    except (OSError, ValueError) as fault:
        faults.append(f"{CONFIG}: {path} cannot be read: {fault}")
        return {}
    folder = given.get("data_dir")
    if path and folder and isinstance(folder, str):
        given["data_dir"] = str(path.absolute().parent / folder)
    return given


def ask_for_data(environment: MutableMapping[str, str], folder: str) -> None:
    """Let this process, and those that it starts, work on an office in this folder.

    Its settings are in its own `ebok.toml`, if there is one: never those of the machine's office.
    """
    path = Path(folder).absolute()
    environment[DATA] = str(path)
    own = path / "ebok.toml"
    environment.setdefault(CONFIG, str(own) if own.is_file() else "")


def prepare_data_dir(data_dir: Path, faults: list[str]) -> None:
    """Make it, and see whether it can be written to."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data_dir / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        faults.append(f"data_dir: {data_dir} cannot be written: {fault.strerror}")


def local_key(data_dir: Path) -> str:
    """The key of a first local run: made once and kept beside the database."""
    path = data_dir / "secret_key"
    draft = data_dir / f".secret_key-{os.getpid()}"
    draft.touch(0o600)
    draft.write_text(secrets.token_urlsafe(48))
    # Two processes may start at once: a link is made whole or not at all, and by one of them.
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
    return path.read_text()
