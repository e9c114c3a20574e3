"""A JPK_FA(4) of any size, or of any nonsense, takes the memory of a small one."""

import pytest

from billing.bundles import KNOWN, as_csv, customer
from billing.jpk import jpk, row, sold
from billing.memory import MEGABYTE, MOST, write


def _large(invoices: int):
    yield jpk(sold()).split(b"<Faktura>")[0]
    for n in range(invoices):
        yield sold(f"FV/{n}").encode()
    for n in range(invoices):
        yield row(f"FV/{n}").encode() * 3
    yield b"</JPK>"


def _endless():
    yield jpk(sold()).split(b"<Faktura>")[0] + b"<Faktura>"
    for _block in range(150):
        yield b"<P_7>x</P_7>" * (MEGABYTE // 12)


def _many_names():
    yield jpk(sold()).split(b"<Faktura>")[0]
    for _block in range(150):
        yield b"<Nic/>" * (MEGABYTE // 6)


@pytest.mark.parametrize("made", [_endless, _many_names], ids=lambda made: made.__name__)
def test_no_jpk_takes_much_memory(tmp_path, peak, made):
    files = {"customers.csv": [as_customers()], "a.xml": made()}
    taken, report = peak(write(tmp_path / "bundle.zip", files))
    assert taken < MOST, (taken, report)
    assert "expected an invoice or a line within each 1048576 bytes" in report


def test_ten_times_the_invoices_take_the_same_memory(tmp_path, peak):
    taken = []
    for n in (1_000, 10_000):
        folder = tmp_path / str(n)
        folder.mkdir()
        files = {"customers.csv": [as_customers()], "a.xml": _large(n)}
        used, report = peak(write(folder / "bundle.zip", files))
        assert f"JPK_FA(4): {n} rows: {n} new" in report
        taken.append(used)
    # The caches of SQLite fill up by 15 MB; 9,000 invoices and 27,000 lines kept would be 37 MB.
    assert taken[1] - taken[0] < 35_000, taken


def as_customers() -> bytes:
    return as_csv([customer(**KNOWN)]).encode()
