"""A town's invoices must not have to fit into memory."""

import subprocess
import sys

import pytest

from billing.bundles import CUSTOMER, INVOICE, as_csv

MEASURED = """
import resource, sys
from pathlib import Path
from ebok import database, migrate
from ebok.billing.operations import import_bundle
from ebok.settings import Settings

folder = Path(sys.argv[1])
database.connect(f"sqlite:///{folder}/ebok.sqlite3")
migrate.migrate()
report = import_bundle(folder, Settings())
assert report.is_applied, str(report)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture
def kilobytes(tmp_path):
    def measure(rows: int) -> int:
        folder = tmp_path / str(rows)
        folder.mkdir()
        (folder / "customers.csv").write_text(as_csv([CUSTOMER]))
        header, row, _ = as_csv([INVOICE]).split("\r\n")
        with (folder / "invoices.csv").open("w") as file:
            file.write(f"{header}\n")
            file.writelines(row.replace("/00001", f"/{n:08}") + "\n" for n in range(rows))
        command = [sys.executable, "-c", MEASURED, str(folder)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    return measure


def test_ten_times_the_rows_take_the_same_memory(kilobytes):
    few, many = kilobytes(20_000), kilobytes(200_000)
    # The caches of SQLite fill up (twice 16 MB) and stay so; 180,000 more rows kept would be 70 MB.
    assert many - few < 45_000, (few, many)
