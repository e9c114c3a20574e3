"""How much memory an import takes, in a process that forks from one with the code read."""

import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from billing.bundles import CUSTOMER, as_csv
from command import fork
from ebok import database
from ebok.billing.operations import import_bundle
from ebok.settings import Settings
from patience import HANG_SECONDS

MEGABYTE = 2**20
MOST = 110_000
"""Most kilobytes of a bundle beyond those of a bundle with one row."""


@pytest.fixture(scope="session")
def peak(migrated_sqlite, tmp_path_factory) -> Callable[[Path], tuple[int, str]]:
    """Returns (peak kilobytes beyond those of a single row, report) of an import."""

    def peak(bundle: Path) -> tuple[int, str]:
        folder = tmp_path_factory.mktemp("memory")
        shutil.copy(migrated_sqlite, folder / "ebok.sqlite3")
        out, err = folder / "out", folder / "err"
        ended = fork(_import, bundle, folder, out=out, err=err).wait(HANG_SECONDS)
        assert ended == 0, err.read_text()
        kilobytes, report = out.read_text().split("\n", 1)
        return int(kilobytes), report

    small = tmp_path_factory.mktemp("small") / "bundle.zip"
    write(small, {"customers.csv": [as_csv([CUSTOMER]).encode()]})
    usual, report = peak(small)
    assert "1 new" in report

    def beside_usual(bundle: Path) -> tuple[int, str]:
        kilobytes, report = peak(bundle)
        return kilobytes - usual, report

    return beside_usual


def _import(bundle: Path, folder: Path) -> None:
    settings = Settings(data_dir=folder, report_language="en")
    database.connect(settings.database)
    report = import_bundle(bundle, settings)
    # Not ru_maxrss: a child begins with that of the process that started it.
    print(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
    print(report)


def write(path: Path, files: dict[str, Iterable[bytes]]) -> Path:
    """A bundle of these files, each given in parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, parts in files.items():
            with archive.open(name, "w") as file:
                for part in parts:
                    file.write(part)
    return path
