"""Streams JPK_FA(4), the invoices of a period for the tax office.

No package contains its schema, and a file may be larger than memory: records are discarded once
read. Source of the names: http://jpk.mf.gov.pl/wzor/2022/02/17/02171/, and files of real programs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from ebok.ksef.element_values import collapsed, grosze
from ebok.ksef.errors import Fault, Refused
from ebok.ksef.xml_options import SAFE
from ebok.languages import say as _
from ebok.values.nip import is_somebodys

CHUNK = 2**16
LONGEST_RECORD = 2**20
"""Most bytes of a record: an unfinished one is held in memory."""
INVOICE, LINE = "Faktura", "FakturaWiersz"
CONTROLS = {
    INVOICE: ("FakturaCtrl", "LiczbaFaktur", "WartoscFaktur", "P_15"),
    LINE: ("FakturaWierszCtrl", "LiczbaWierszyFaktur", "WartoscWierszyFaktur", "P_11"),
}
"""For each record: the elements with its control count and control sum, and the element summed."""
SELLER = "Podmiot1"
NAMES = (
    *("Naglowek", SELLER, INVOICE, LINE, "Zamowienie", "ZamowienieCtrl"),
    *(control[0] for control in CONTROLS.values()),
)
_SEPARATORS = re.compile(r"[\s-]")


class OtherSeller(Exception):
    """The file belongs to another seller."""


@dataclass(frozen=True, slots=True)
class Record:
    """An invoice or line: texts of its elements by name, repeated ones joined by newlines.

    `place` counts from 1 among the records with its name.
    """

    name: str
    place: int
    texts: dict[str, str]

    @property
    def path(self) -> str:
        """Its path, as JPK/Faktura[2]."""
        return f"JPK/{self.name}[{self.place}]"


@dataclass(slots=True)
class _Tally:
    """Count and sum of the records with one name; the sum is None if an amount is invalid."""

    count: int = 0
    grosze: int | None = 0
    control: dict[str, str] = field(default_factory=dict)

    def add(self, amount: str) -> None:
        self.count += 1
        try:
            self.grosze = None if self.grosze is None else self.grosze + grosze(amount or "0")
        except ValueError:
            self.grosze = None


def read(stream: BinaryIO, seller_nip: str = "") -> Iterator[Record | Fault]:
    """Yield the invoices and lines of a file in its order, then a fault for each wrong control sum.

    Raises OtherSeller, or Refused if the file is not complete XML.
    """
    tallies = {name: _Tally() for name in CONTROLS}
    is_ours = not seller_nip
    for name, texts in _elements(stream):
        if name == SELLER:
            _require_seller(texts, seller_nip)
            is_ours = True
        elif name in tallies:
            if not is_ours:
                expected = _("expected Podmiot1, the seller, before the first invoice")
                raise Refused(Fault(expected=expected))
            tally = tallies[name]
            tally.add(texts.get(CONTROLS[name][-1], ""))
            yield Record(name, tally.count, texts)
        for record, (control, *_rest) in CONTROLS.items():
            if name == control:
                tallies[record].control = texts
    for name, tally in tallies.items():
        yield from _control_faults(tally, *CONTROLS[name])


def buyer_nip(record: Record) -> str:
    """The buyer's NIP; "" for consumers, and for foreign numbers."""
    if record.texts.get("P_5A", "PL") != "PL":
        return ""
    digits = _SEPARATORS.sub("", record.texts.get("P_5B", "")).removeprefix("PL")
    return digits if is_somebodys(digits) else ""


def is_sold_by(record: Record, seller_nip: str) -> bool:
    """Whether the invoice is this seller's; a file may have invoices issued by others."""
    digits = _SEPARATORS.sub("", record.texts.get("P_4B", "")).removeprefix("PL")
    return not seller_nip or digits in ("", seller_nip)


def _require_seller(texts: dict[str, str], seller_nip: str) -> None:
    if seller_nip and _SEPARATORS.sub("", texts.get("NIP", "")) != seller_nip:
        raise OtherSeller()


def _control_faults(
    tally: _Tally, control: str, count: str, total: str, summed: str
) -> Iterator[Fault]:
    """Control values that differ from the records."""
    control_texts = tally.control
    if control_texts.get(count, "") != str(tally.count):
        expected = _("expected %(count)s, which the file has", count=tally.count)
        yield Fault(0, f"JPK/{control}/{count}", control_texts.get(count), expected)
    try:
        same = tally.grosze is None or grosze(control_texts.get(total, "")) == tally.grosze
    except ValueError:
        same = False
    if not same:
        expected = _(
            "expected %(total)s, the sum of %(summed)s",
            total=f"{(tally.grosze or 0) / 100:.2f}",
            summed=summed,
        )
        yield Fault(0, f"JPK/{control}/{total}", control_texts.get(total), expected)


def _elements(stream: BinaryIO) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and texts of each known element below the root. Raises Refused."""
    # Files with a DTD never get here: `kinds` does not call them JPK.
    # Imported here: lxml takes 6 MB that the processes of `ebok serve` do not need.
    from lxml import etree

    parser = _parser(etree)
    pending_bytes = 0
    try:
        while chunk := stream.read(CHUNK):
            parser.feed(chunk)
            pending_bytes += len(chunk)
            for _event, element in parser.read_events():
                root = element.getparent()
                if root is None or root.getparent() is not None:
                    continue
                pending_bytes = 0
                yield _local(element), _texts(element)
                element.clear()
                while element.getprevious() is not None:
                    del root[0]
            _require_short(pending_bytes)
        parser.close()
    except etree.XMLSyntaxError:
        expected = _("damaged, cut off or not UTF-8: this is not a whole XML file; send it again")
        raise Refused(Fault(expected=expected)) from None


def _parser(etree: Any):
    return etree.XMLPullParser(events=("end",), tag=[f"{{*}}{name}" for name in NAMES], **SAFE)


def _require_short(pending_bytes: int) -> None:
    if pending_bytes > LONGEST_RECORD:
        expected = _(
            "expected an invoice or a line within each %(most)s bytes", most=LONGEST_RECORD
        )
        raise Refused(Fault(expected=expected))


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2]


def _texts(element: Any) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for child in element.iterdescendants("*"):
        found.setdefault(_local(child), []).append(collapsed(child.text))
    return {name: "\n".join(texts) for name, texts in found.items()}
