"""Any invoice that the mirror can hold becomes a PDF that is whole, tagged and readable."""

import io
import os
import shutil
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pypdf import PdfReader

from documents.papers import NO_GLYPH, require_accessible
from ebok import database
from ebok.customers.models import Customer
from ebok.documents.operations import pdf_of
from ebok.invoices.models import Invoice, InvoiceLine
from ebok.values import money
from properties.texts import ODD

# What a database holds: no halves of surrogate pairs. Lines of one invoice may be as odd as any.
TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",), exclude_characters="\x00"),
        st.sampled_from([c for c in ODD if not "\ud800" <= c <= "\udfff" and c != "\x00"]),
    ),
    max_size=120,
)
LONG = st.sampled_from(("W" * 300, "Zażółć gęślą jaźń " * 30, "", "a b"))
GROSZE = st.integers(-(10**11), 10**11)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
LINE = st.fixed_dictionaries(
    {
        "name": TEXT | LONG,
        "unit": st.sampled_from(("m³", "", "szt.", "kilometr sześcienny")),
        "quantity_millionths": st.none() | st.integers(-(10**12), 10**12),
        "unit_net_microgrosze": st.none() | st.integers(-(10**14), 10**14),
        "net_grosze": st.none() | GROSZE,
        "gross_grosze": st.none() | GROSZE,
        "vat_rate": st.sampled_from(("8", "23", "zw", "oo", "np I", "0 KR", "")),
        "before_correction": st.booleans(),
    }
)
INVOICE = st.fixed_dictionaries(
    {
        "number": TEXT | st.just("FV/2026/11/04417"),
        "kind": st.sampled_from(("invoice", "correction", "note")),
        "buyer_name": TEXT | LONG,
        "issued_on": DAYS,
        "due_on": st.none() | DAYS,
        "period_from": st.none() | DAYS,
        "period_to": st.none() | DAYS,
        "net_grosze": GROSZE,
        "vat_grosze": GROSZE,
        "gross_grosze": GROSZE,
        "outstanding_grosze": GROSZE,
        "payable_grosze": st.none() | GROSZE,
        "ksef_number": st.sampled_from(("", "5265877635-20250826-0100001AF629-AF")),
        "ksef_kind": st.sampled_from(("", "ZAL", "KOR", "ROZ", "UPR", "KOR_ZAL", "KOR_ROZ")),
        "corrects": st.sampled_from(("", "FV/1", "<b>&")),
    }
)


@pytest.fixture(scope="module")
def mirror(migrated_sqlite, tmp_path_factory):
    """A database of its own."""
    path = tmp_path_factory.mktemp("papers") / "ebok.sqlite3"
    shutil.copy(migrated_sqlite, path)
    database.connect(f"sqlite:///{path}")
    with database.connection():
        yield
    database.database.close_all()


@settings(
    max_examples=40 if os.environ.get("TORTURE") else 6,
    suppress_health_check=list(HealthCheck),
)
@given(
    INVOICE,
    st.lists(LINE, max_size=4) | st.lists(LINE, min_size=60, max_size=60),
    st.sampled_from(("pl", "en", "uk")),
)
def test_any_invoice_becomes_a_pdf(mirror, columns, lines, lang):
    Customer.replace(code="39-1", name=columns["buyer_name"], kind="person").execute()
    InvoiceLine.delete().execute()
    Invoice.delete().execute()
    invoice = Invoice.create(customer="39-1", **columns)
    for position, line in enumerate(lines):
        InvoiceLine.create(invoice=invoice.number, position=position, **line)
    raw = pdf_of(Invoice.get(), lang)
    # Some of these letters are in no font.
    require_accessible(raw, but={NO_GLYPH})
    reader = PdfReader(io.BytesIO(raw), strict=True)
    told = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert money.number(invoice.net_grosze).replace("\xa0", " ") in told.replace("\xa0", " ")
