"""Settings: defaults < ebok.toml < EBOK_* environment. Nothing else reads the environment.

All faults are collected and reported together, and any fault prevents the start. `docs/settings.md`
lists every setting.
"""

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app

from ebok.settings import places
from ebok.settings.model import LOOPBACK, Imoje, Limits, Oidc, Settings, Utility
from ebok.settings.parsing import build
from ebok.settings.plausibility import Plausibility
from ebok.settings.rules import check, is_provider_address

__all__ = [
    "LOOPBACK",
    "Imoje",
    "Limits",
    "Oidc",
    "Settings",
    "Utility",
    "WrongSettings",
    "ask_for_data",
    "config_file",
    "current",
    "is_provider_address",
    "load",
    "of",
    "supervisor",
]
TABLES = {"utility", "limits", "plausibility", "imoje", "oidc", "notices"}


class WrongSettings(Exception):
    """The faults of the settings, one sentence each."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Load, check and return the settings. Raises WrongSettings with every fault found."""
    faults: list[str] = []
    config = config_file(environment)
    given = places.read_config(config, faults)
    _lay_over(given, environment, faults)
    if "data_dir" not in given and not faults:
        raise WrongSettings([places.NOT_CONFIGURED.format(config=places.USUAL_CONFIG)])
    settings = build(Settings, given, "", faults)
    # A value without a default is missing. No field of Settings lacks one.
    if settings is None:
        raise WrongSettings(faults)
    check(settings, faults)
    if "data_dir" in given:
        places.prepare_data_dir(settings.data_dir, faults)
    if faults:
        raise WrongSettings(faults)
    key = settings.secret_key or places.local_key(settings.data_dir)
    return replace(settings, secret_key=key)


def of(app: Flask) -> Settings:
    """The settings of an application. Flask's own configuration, which holds them, is untyped."""
    return cast(Settings, app.config["EBOK"])


def current() -> Settings:
    """The settings of the application that serves the current request, command or job."""
    return cast(Settings, current_app.config["EBOK"])


def config_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Path of the configuration file, else None."""
    return places.config_file(environment)


def supervisor() -> str:
    """Path of systemd's notification socket (NOTIFY_SOCKET); "" if systemd did not start us."""
    return os.environ.get("NOTIFY_SOCKET", "")


def ask_for_data(folder: str) -> None:
    """Make this process and its children use the data directory `folder` (`ebok --data`)."""
    places.ask_for_data(os.environ, folder)


def _lay_over(given: dict[str, Any], environment: Mapping[str, str], faults: list[str]) -> None:
    """Copy each EBOK_* variable into `given`: EBOK_UTILITY_NAME is `name` in `[utility]`."""
    for variable, value in environment.items():
        if not variable.startswith("EBOK_") or variable == "EBOK_CONFIG":
            continue
        name = variable.removeprefix("EBOK_").lower()
        table, key = _place(name)
        if key is None:
            faults.append(f"{variable}: no such setting")
        elif table:
            given.setdefault(table, {})[key] = value
        else:
            given[key] = value


def _place(name: str) -> tuple[str, str | None]:
    """The table ("" for the top level) and the key of a variable's name; key None if unknown."""
    tables = {
        "utility": Utility,
        "limits": Limits,
        "plausibility": Plausibility,
        "imoje": Imoje,
        "oidc": Oidc,
    }
    for table, kind in tables.items():
        key = name.removeprefix(f"{table}_")
        if key != name and key in {f.name for f in fields(kind)}:
            return table, key
    known = {f.name for f in fields(Settings)} - TABLES
    return "", name if name in known else None
