"""Numbers of KSeF beside FA(3) files: from a companion, learnt later, of KSeF 1."""

from billing.bundles import invoice, put, write
from billing.test_import_ksef import KSEF_NUMBER
from ksef.faktura import SELLER, faktura


def test_companion_gives_numbers_and_its_faults_are_told(town, tmp_path):
    put(tmp_path, a=faktura())
    (tmp_path / "ksef.csv").write_text(f"file;ksef_number\na.xml;{KSEF_NUMBER}\n")
    town.run(tmp_path)
    assert town.invoices()[0]["ksef_number"] == KSEF_NUMBER
    (tmp_path / "ksef.csv").write_text(f"file;ksef_number\na.xml;{KSEF_NUMBER[:-1]}X\n")
    assert "ksef.csv line 2, column ksef_number" in town.run(tmp_path, expect=1)


def test_number_that_ksef_gave_later_is_learnt_and_not_forgotten(town, tmp_path):
    town.run(put(tmp_path, a=faktura()))
    (tmp_path / "ksef.csv").write_text(f"file;ksef_number\na.xml;{KSEF_NUMBER}\n")
    assert "FA(3): 1 row: 0 new, 1 changed" in town.run(tmp_path)
    (tmp_path / "ksef.csv").unlink()
    town.forbid_writing()
    town.run(tmp_path)


def test_numbers_of_ksef_1_are_taken_as_they_stand(town, tmp_path):
    former = f"{SELLER}-20251031-010000-1AF629-00"
    days = {"issued_on": "2025-10-31", "due_on": "2025-11-14"}
    told = invoice(invoice_number="FV/7", ksef_number=former.lower(), **days)
    put(write(tmp_path, invoices=[told]), **{former: faktura(day="2025-10-31")})
    town.run(tmp_path)
    assert {row["ksef_number"] for row in town.invoices()} == {former}


def test_number_of_ksef_1_is_refused_on_an_invoice_of_a_later_day(town, tmp_path):
    former = f"{SELLER}-20251031-010000-1AF629-00"
    put(tmp_path, **{former: faktura(day="2026-02-01")})
    assert "only invoices issued until 31 January 2026" in town.run(tmp_path, expect=1)
    assert not town.invoices()
    (tmp_path / f"{former}.xml").write_bytes(faktura(day="2026-01-31"))
    town.run(tmp_path)
