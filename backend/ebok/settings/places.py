"""Locations of the configuration file and the data directory.

Neither is guessed, because a wrong guess would create a second database unnoticed.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

CONFIG, DATA = "EBOK_CONFIG", "EBOK_DATA_DIR"
USUAL_CONFIG = Path("/etc/ebok/ebok.toml")
NOT_CONFIGURED = (
    "data_dir: none is set, and no file of settings was found: {config} is not there, and"
    " EBOK_CONFIG names none. For the e-BOK of this machine give EBOK_CONFIG; for one to try"
    " things out, in a folder of its own: `ebok --data FOLDER …`"
)


def config_file(environment: Mapping[str, str]) -> Path | None:
    """Path of the configuration file: EBOK_CONFIG, else /etc/ebok/ebok.toml if it exists.

    An empty EBOK_CONFIG means none.
    """
    name = environment.get(CONFIG)
    if name is not None:
        return Path(name) if name else None
    try:
        return USUAL_CONFIG if USUAL_CONFIG.exists() else None
    except PermissionError:
        return USUAL_CONFIG


def read_config(path: Path | None, faults: list[str]) -> dict[str, Any]:
    """Parse the file. A relative data_dir is resolved against the file's folder."""
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
    """Point `environment` at the data directory `folder`, for this process and its children.

    The configuration is `folder`/ebok.toml if it exists, never the one of the machine.
    """
    path = Path(folder).absolute()
    environment[DATA] = str(path)
    own = path / "ebok.toml"
    environment.setdefault(CONFIG, str(own) if own.is_file() else "")


def prepare_data_dir(data_dir: Path, faults: list[str]) -> None:
    """Create the directory and check that it is writable."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data_dir / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        faults.append(f"data_dir: {data_dir} cannot be written: {fault.strerror}")


def local_key(data_dir: Path) -> str:
    """Create (once) and return a secret key kept in the data directory, for local use."""
    path = data_dir / "secret_key"
    draft = data_dir / f".secret_key-{os.getpid()}"
    draft.touch(0o600)
    draft.write_text(secrets.token_urlsafe(48))
    # Two processes may start at once: hardlink_to is atomic, so only one of them creates the file.
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
    return path.read_text()
