"""`ebok import` as a whole: all or nothing, and nothing twice."""

import os
from datetime import date
from pathlib import Path

import pytest

from billing.bundles import as_csv, as_zip, customer, invoice, write
from command import run_ebok


@pytest.mark.dialect
def test_bundle_arrives_as_it_was_written(office, tmp_path):
    company = customer(
        customer_code="39-29002",
        name='Zakład "Lok"; s.c.\nFilia 2',
        kind="company",
        nip="PL 867-123-45-68",
        email="",
    )
    correction = invoice(
        invoice_number="KOR/1",
        kind="correction",
        buyer_name="Anna Żółć",
        due_on="",
        net="-1 000,5",
        vat="-80",
        gross="-1\u00a0080,50",
        outstanding="0",
        ksef_number="5265877635-20250826-0100001AF629-AF",
        corrects="FV/2026/10/00001",
    )
    output = office.run(write(tmp_path, [customer(), company], [invoice(), correction]))
    assert "2 new" in output
    anna, lok = office.customers()
    assert anna["bank_account"] == "07109010140000000000000001"
    assert (lok["name"], lok["nip"]) == ('Zakład "Lok"; s.c.\nFilia 2', "8671234568")
    first, second = office.invoices()
    assert first["buyer_name"] == "Anna Żółć-Nowak"
    assert (first["gross_grosze"], first["outstanding_grosze"]) == (108000, 50)
    assert first["issued_on"] == date(2026, 10, 31)
    assert (second["net_grosze"], second["gross_grosze"]) == (-100050, -108050)
    assert second["due_on"] is None
    assert second["buyer_name"] == "Anna Żółć"
    assert second["ksef_number"] == "5265877635-20250826-0100001AF629-AF"


@pytest.mark.dialect
def test_names_of_512_characters_and_foreign_tax_numbers_arrive(office, tmp_path):
    long = "Ż" * 512
    firm = customer(name=long, kind="company", nip="de 136-695-976")
    office.run(write(tmp_path, [firm], [invoice(buyer_name=long)]))
    [kept] = office.customers()
    assert (kept["name"], kept["nip"]) == (long, "DE136695976")
    assert office.invoices()[0]["buyer_name"] == long


@pytest.mark.shows("P68")
@pytest.mark.dialect
def test_same_bundle_again_writes_no_row(office, tmp_path):
    folder = write(tmp_path, [customer()], [invoice(due_on="")])
    office.run(folder)
    office.forbid_writing()
    output = office.run(folder)
    assert "0 new, 0 changed, 1 unchanged" in output
    assert "Nothing to change" in output
    # The trap works: a single changed sum springs it, and the command says so in a sentence.
    write(tmp_path, [customer()], [invoice(due_on="", outstanding="7,00")])
    assert "the database refused" in office.run(folder, expect=1)


@pytest.mark.dialect
def test_what_changed_is_updated_and_what_vanished_stays(office, tmp_path):
    second = invoice(invoice_number="FV/2")
    office.run(write(tmp_path, [customer()], [invoice(), second]))
    output = office.run(write(tmp_path, [customer(email="")], [invoice(outstanding="0")]))
    assert output.count("0 new, 1 changed, 0 unchanged") == 2
    assert office.customers()[0]["email"] == ""
    assert [i["outstanding_grosze"] for i in office.invoices()] == [50, 0]
    assert [i["number"] for i in office.invoices()] == ["FV/2", "FV/2026/10/00001"]


@pytest.mark.dialect
def test_date_that_appears_or_disappears_is_a_change(office, tmp_path):
    office.run(write(tmp_path, [customer()], [invoice(due_on="")]))
    assert "1 changed" in office.run(write(tmp_path, invoices=[invoice()]))
    assert "1 changed" in office.run(write(tmp_path, invoices=[invoice(due_on="")]))
    assert office.invoices()[0]["due_on"] is None


@pytest.mark.dialect
def test_each_file_alone_is_a_bundle(office, tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    office.run(write(tmp_path / "first", [customer()]))
    office.run(write(tmp_path / "second", invoices=[invoice()]))
    office.run(tmp_path / "second" / "invoices.csv")
    assert len(office.invoices()) == 1


@pytest.mark.dialect
def test_dry_run_tells_the_same_and_changes_nothing(office, tmp_path):
    folder = write(tmp_path, [customer()], [invoice()])
    rehearsed = office.run(folder, "--dry-run")
    assert office.customers() == office.invoices() == []
    assert "Dry run. Nothing was changed." in rehearsed
    done = office.run(folder)
    assert rehearsed.splitlines()[:-1] == done.splitlines()[:-1]


@pytest.mark.shows("P69", "V2.3.3")
def test_fault_in_line_70000_leaves_everything_as_it_was(office, tmp_path):
    office.environment["EBOK_ASIDE_ROWS"] = "0"
    office.run(write(tmp_path, [customer()], [invoice()]))
    before = office.customers(), office.invoices()
    rows = [invoice(invoice_number=f"FV/{n}") for n in range(69_998)]
    rows.append(invoice(invoice_number="FV/last", gross="1080,01"))
    output = office.run(write(tmp_path, [customer(name="Inna")], rows), expect=1)
    assert 'invoices.csv line 70000, column gross: "1080,01": expected 1,080.00 zł' in output
    assert "Refused. Nothing was changed." in output
    assert (office.customers(), office.invoices()) == before


def test_bad_email_is_reported_and_does_not_stop_the_town(office, tmp_path):
    output = office.run(write(tmp_path, [customer(email="anna@@poczta")]))
    assert 'customers.csv line 2, column email: "anna@@poczta"' in output
    assert office.customers()[0]["email"] == ""


def test_unknown_columns_and_files_are_reported_and_ignored(office, tmp_path):
    (tmp_path / "readme.txt").write_text("hello")
    output = office.run(write(tmp_path, [customer(tariff="G1")]))
    assert "file readme.txt" in output
    assert "column tariff of customers.csv" in output
    assert len(office.customers()) == 1


def test_columns_come_in_any_order_and_case(office, tmp_path):
    mixed = {name.upper(): value for name, value in reversed(customer().items())}
    office.run(write(tmp_path, [mixed]))
    assert office.customers()[0]["code"] == "39-29001"


def test_identical_row_twice_is_reported_and_counted_once(office, tmp_path):
    output = office.run(write(tmp_path, [customer(), customer()], [invoice()]))
    assert "2 rows: 1 new, 0 changed, 0 unchanged, 1 repeated" in output
    assert len(office.customers()) == 1


@pytest.mark.shows("T8.5")
def test_zip_with_nested_folders_is_read_by_base_names(office, tmp_path):
    files = {
        "../../export/Customers.CSV": as_csv([customer()]),
        "C:\\export\\invoices.csv": as_csv([invoice()]),
        "__MACOSX/._customers.csv": b"\x00\x05",
    }
    output = office.run(as_zip(tmp_path / "bundle.zip", files))
    assert len(office.invoices()) == 1
    assert "the first is ._customers.csv" in output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bundle.zip"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04 cut off", "bundle.zip: cannot be read"),
        ({"a/customers.csv": "x", "b/customers.csv": "y"}, "two files of this name"),
        ({"readme.txt": "x"}, "expected a bundle with one of these: customers.csv, invoices.csv"),
    ],
)
def test_unusable_zip_is_refused(office, tmp_path, content, expected):
    path = tmp_path / "bundle.zip"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        as_zip(path, content)
    assert expected in office.run(path, expect=1)


def test_zip_with_damaged_content_is_refused(office, tmp_path):
    path = as_zip(tmp_path / "bundle.zip", {"customers.csv": as_csv([customer()] * 50)})
    damaged = bytearray(path.read_bytes())
    damaged[60:80] = bytes(20)
    path.write_bytes(damaged)
    assert "customers.csv: cannot be read" in office.run(path, expect=1)
    assert office.customers() == []


@pytest.mark.shows("T8.5", "V5.2.3")
def test_zip_that_would_unpack_beyond_the_cap_is_refused(office, tmp_path, monkeypatch):
    monkeypatch.setattr("ebok.billing.bundle.LARGEST_BUNDLE", 1000)
    path = as_zip(tmp_path / "bundle.zip", {"customers.csv": as_csv([customer()] * 50)})
    assert "at most 1000 bytes unpacked" in office.run(path, expect=1)


def test_missing_path_is_wrong_use(office, tmp_path):
    assert "does not exist" in office.run(tmp_path / "nowhere", expect=2)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_folder_that_holds_our_own_data_is_no_bundle(office):
    """To copy it would copy the copy, too."""
    folder = Path(office.environment["EBOK_DATA_DIR"])
    write(folder, [customer()])
    assert "expected a folder without e-BOK's own data" in office.run(folder, expect=1)
    assert office.customers() == []


@pytest.mark.dialect
def test_database_without_tables_is_said_plainly(office, tmp_path):
    folder = write(tmp_path, [customer()])
    url = office.environment["EBOK_DATABASE_URL"]
    if not url.startswith("sqlite"):
        pytest.skip("one missing table is like another")
    empty = {"EBOK_DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
    done = run_ebok(os.environ | office.environment | empty, "import", str(folder))
    assert done.returncode == 1
    assert "run `ebok init`" in done.stderr
    assert "Traceback" not in done.stderr
