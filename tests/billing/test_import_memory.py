"""A town's invoices must not have to fit into memory, nor whatever else lies in a bundle."""

import struct
import zipfile
from collections.abc import Iterator

import pytest

from billing.bundles import CUSTOMER, INVOICE, as_csv
from billing.memory import MEGABYTE, MOST, write
from ksef.faktura import faktura

pytestmark = pytest.mark.shows("T8.9")


@pytest.fixture
def kilobytes(tmp_path, peak):
    def measure(rows: int) -> int:
        folder = tmp_path / str(rows)
        folder.mkdir()
        (folder / "customers.csv").write_text(as_csv([CUSTOMER]))
        header, row, _ = as_csv([INVOICE]).split("\r\n")
        with (folder / "invoices.csv").open("w") as file:
            file.write(f"{header}\n")
            file.writelines(row.replace("/00001", f"/{n:08}") + "\n" for n in range(rows))
        taken, report = peak(folder)
        assert "Imported." in report
        return taken

    return measure


def test_ten_times_the_rows_take_the_same_memory(kilobytes):
    few, many = kilobytes(10_000), kilobytes(100_000)
    # The caches of SQLite fill up (twice 16 MB) and stay so; 90,000 more rows kept would be 35 MB.
    assert many - few < 45_000, (few, many)


HEADER = as_csv([CUSTOMER]).split("\r\n")[0].encode()
ROW = as_csv([CUSTOMER]).split("\r\n")[1].encode()


def times(part: bytes, size: int) -> Iterator[bytes]:
    """This part again and again, up to `size` bytes."""
    block = part * (MEGABYTE // len(part))
    yield from (block for _ in range(size // len(block)))


def one_line() -> dict:
    return {"customers.csv": times(b"x", 150 * MEGABYTE)}


def one_line_of_doubtful_letters() -> dict:
    """Short values whose encoding only their words could show, line by line."""
    return {"customers.csv": [HEADER, b"\n", *times(b"J\xa9drzej;", 40 * MEGABYTE)]}


def lines_of_separators() -> dict:
    line = b"a" + b";" * (MEGABYTE - 10) + b"\n"
    return {"customers.csv": [HEADER + b"\n", *[line] * 10]}


def huge_header() -> dict:
    return {"customers.csv": [b";".join(b"column%d" % n for n in range(70_000)), b"\n"]}


def record_without_end() -> dict:
    """Each value is short, and each begins on a line of its own."""
    return {"customers.csv": [HEADER, b'\n"', *times(b'\n";"', 150 * MEGABYTE)]}


def field_without_end() -> dict:
    return {"customers.csv": [HEADER, b'\n"', *times(b"a\n", 150 * MEGABYTE)]}


def nested_quotes() -> dict:
    return {"customers.csv": [HEADER, b'\n"', *times(b'""', 150 * MEGABYTE)]}


def every_character() -> dict:
    text = "".join(chr(c) for c in range(0x100, 0x110000) if not 0xD800 <= c < 0xE000)
    return {"customers.csv": [HEADER, b"\n", text.encode("utf-8")]}


def numbers_without_end() -> dict:
    endless = [b"file;ksef_number\n", *times(b"a;", 150 * MEGABYTE)]
    return {"ksef.csv": endless, "a.xml": [faktura()]}


def xml_of_one_text() -> dict:
    return {"a.xml": [b"<Faktura>", *times(b"x", 150 * MEGABYTE)]}


def xml_of_many_elements() -> dict:
    lines = b"<FaWiersz/>" * 200_000
    return {"a.xml": [faktura().replace(b"</Fa>", lines + b"</Fa>")]}


def pdf_without_end() -> dict:
    return {"documents/a.pdf": [b"%PDF-1.7", *times(b"x", 150 * MEGABYTE)]}


def other_file() -> dict:
    return {"other.bin": times(b"x", 150 * MEGABYTE), "customers.csv": [HEADER, b"\n", ROW]}


HOSTILE = (
    one_line,
    one_line_of_doubtful_letters,
    lines_of_separators,
    huge_header,
    record_without_end,
    field_without_end,
    nested_quotes,
    every_character,
    numbers_without_end,
    xml_of_one_text,
    xml_of_many_elements,
    pdf_without_end,
    other_file,
)


@pytest.mark.shows("P74")
@pytest.mark.parametrize("made", HOSTILE, ids=lambda made: made.__name__)
def test_no_file_whatever_it_holds_takes_much_memory(tmp_path, peak, made):
    taken, report = peak(write(tmp_path / "bundle.zip", made()))
    assert taken < MOST, (taken, report)
    assert made is other_file or "Refused" in report


def test_archive_of_more_files_than_a_town_has_is_refused_unread(tmp_path, peak):
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"")
    raw = path.read_bytes()
    begins, ends = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    directory = raw[begins:ends] * 200_001
    end = raw[ends : ends + 12] + struct.pack("<LL", len(directory), begins) + raw[ends + 20 :]
    path.write_bytes(raw[:begins] + directory + end)
    taken, report = peak(path)
    assert taken < MOST, (taken, report)
    assert "bundle.zip: expected at most 200000 files, give them in several bundles" in report
