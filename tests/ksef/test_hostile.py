"""Files that mean harm, and files that are not what they say."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ebok.ksef import LARGEST_FILE
from ebok.ksef.errors import Refused
from ebok.ksef.reading import read
from ksef.faktura import BUYER, NAMESPACE, SELLER, buyer, el, faktura, line

pytestmark = pytest.mark.shows("T8.6")

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def fault(raw: bytes):
    """The fault for which a file is refused."""
    with pytest.raises(Refused) as told:
        read(raw, SELLER)
    return told.value.fault


def with_type(declaration: str, number: str) -> bytes:
    """A file with a document type, and a number that rests on it."""
    return faktura(head=f"{XML}<!DOCTYPE Faktura [{declaration}]>\n", number=number)


@pytest.mark.shows("V1.5.1")
def test_entities_from_files_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("TAJNE")
    told = fault(with_type(f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;"))
    assert "DTD" in told.expected
    assert told.line == 2


@pytest.mark.shows("V1.5.1")
def test_entities_that_grow_are_not_read():
    grow = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    assert "DTD" in fault(with_type(f'<!ENTITY a0 "ha">{grow}', "&a8;")).expected


@pytest.mark.shows("T8.7")
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_document_type_in_an_encoding_that_is_only_guessed_is_refused(encoding):
    """Without a mark at its beginning such a file is UTF-8 to a decoder, and UTF-16 to a parser."""
    raw = with_type('<!ENTITY x "1">', "&x;").replace(b' encoding="UTF-8"', b"")
    assert "UTF-8" in fault(raw.decode().encode(encoding)).expected


@pytest.mark.shows("T8.7")
@pytest.mark.parametrize("name", ["UTF-7", "ISO-8859-2"])
def test_encoding_that_is_declared_after_many_spaces_is_refused(name):
    head = f'<?xml version="1.0"{" " * 5_000}encoding="{name}"?>\n'
    told = fault(faktura(head=head))
    assert told.value == name
    assert "UTF-8" in told.expected


def test_unknown_entities_are_refused():
    assert "damaged here" in fault(faktura(number="&nobody;")).expected


@pytest.mark.shows("V1.3.6", "V15.3.2")
def test_nobody_is_asked_over_the_network():
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)

        def listen():
            try:
                asked.append(server.accept())
            except OSError:
                return

        ear = threading.Thread(target=listen)
        ear.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.xsd"
        hint = f'{XSI} xsi:schemaLocation="{NAMESPACE} {address}"'
        raw = faktura().replace(b"<Faktura ", f"<Faktura {hint} ".encode())
        read(raw, SELLER)
        fault(with_type(f'<!ENTITY % x SYSTEM "{address}">%x;', "1"))
        ear.join()
    assert asked == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1250", "iso8859-2"])
def test_encodings_other_than_utf8_are_refused(encoding):
    text = faktura(number="FV/Żółć").decode()
    assert "UTF-8" in fault(text.encode(encoding)).expected
    named = text.replace("UTF-8", encoding, 1)
    assert "UTF-8" in fault(named.encode(encoding)).expected


def test_declaration_that_lies_is_refused():
    raw = faktura(head='<?xml version="1.0" encoding="ISO-8859-2"?>')
    told = fault(raw)
    assert (told.line, told.value) == (1, "ISO-8859-2")


def test_mark_of_utf8_and_no_declaration_are_forgiven():
    assert read(b"\xef\xbb\xbf" + faktura(), SELLER) == read(faktura(), SELLER)
    assert read(faktura(head=""), SELLER).number == "FV/2026/10/1"


def test_too_large_and_too_deep_files_are_refused():
    assert "at most" in fault(faktura() + b" " * LARGEST_FILE).expected
    assert "damaged here" in fault(faktura(footer="<a>" * 300 + "</a>" * 300)).expected


@pytest.mark.shows("V5.2.2")
@pytest.mark.parametrize(
    "raw", [b"", b" ", b"\x00", b"<", b"PK\x03\x04", b"a;b\n1;2\n", b"<Faktura/>"]
)
def test_what_is_no_invoice_is_refused(raw):
    assert fault(raw).expected


def test_invoice_of_an_older_structure_is_refused():
    raw = faktura().replace(b"2025/06/25/13775", b"2021/11/29/11089")
    assert fault(raw).expected == "expected Faktura of FA(3)"


def test_fault_names_line_element_value_and_what_is_expected():
    told = fault(faktura(gross="108,00"))
    assert (told.element, told.value) == ("Faktura/Fa/P_15", "108,00")
    assert told.line > 1
    assert told.expected == "expected a number with a point, like 108.00"
    assert str(told).startswith(f"line {told.line}, Faktura/Fa/P_15, 108,00: ")
    assert NAMESPACE not in str(told)


def test_long_values_are_not_repeated_in_the_reason():
    assert len(fault(faktura(gross="9" * 100_000)).expected) < 400


def test_types_put_upon_an_element_are_refused():
    raw = faktura().replace(b"<P_2>", f'<P_2 {XSI} xsi:type="TZnakowy">'.encode())
    told = fault(raw.replace(b"<Faktura ", f'<Faktura xmlns:t="{NAMESPACE}" '.encode()))
    assert told.element.endswith("P_2")


def test_comments_and_sections_change_no_value():
    raw = faktura(number="FV<!-- a -->/<![CDATA[1]]>", gross="10<!-- -->8<?x y?>")
    invoice = read(raw, SELLER)
    assert (invoice.number, invoice.gross_grosze) == ("FV/1", 10800)


def test_digits_of_other_scripts_are_no_numbers():
    r"""The \d of the schema's patterns takes them, after three of ours."""
    eastern = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    nip = SELLER[:3] + SELLER[3:].translate(eastern)
    assert "another seller" in fault(faktura(seller=nip)).expected
    nip = BUYER[:3] + BUYER[3:].translate(eastern)
    invoice = read(faktura(buyer=buyer(el("NIP", nip))), SELLER)
    assert "a NIP that belongs to nobody" in invoice.warnings[0].expected


@pytest.mark.shows("V1.4.2")
def test_amounts_that_no_ledger_holds_are_refused():
    assert fault(faktura(gross="12345678901234.00")).element == "Faktura/Fa/P_15"
    price = fault(faktura(lines=line(P_7="Woda", P_9A="9999999999999.99999999")))
    assert price.element == "Faktura/Fa/FaWiersz/P_9A"


def test_numbers_of_lines_may_be_written_with_needless_zeros():
    assert read(faktura(lines=line("+0001", P_7="Woda")), SELLER).lines[0].number == 1
    assert "whole number" in fault(faktura(lines=line("0" * 5000 + "1"))).expected


def test_spaces_around_values_are_dropped():
    invoice = read(faktura(number="\n  FV   1\t", gross=" 108 "), SELLER)
    assert (invoice.number, invoice.gross_grosze) == ("FV 1", 10800)


def test_code_of_the_package_with_the_schema_is_not_imported():
    program = (
        "import sys; from ebok.ksef.schema import schema; schema();"
        "print([name for name in sys.modules if name.startswith('ksef_client')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


@pytest.mark.shows("P88")
def test_samples_of_the_ministry_are_read_whole():
    beside = [place / "shared" / "data" / "ksef" for place in Path(__file__).parents[2:]]
    folder = next(filter(Path.is_dir, beside), None)
    if folder is None:
        pytest.skip("the official samples do not lie beside this clone")
    from ksef.test_whole import missing

    for path in sorted(folder.glob("*.xml")):
        raw = path.read_bytes()
        assert missing(raw, "9999999999") == []
        assert read(raw, "9999999999").kind == "invoice"
