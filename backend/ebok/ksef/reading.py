"""The bytes of one FA(3) file as an invoice, whole, or the reason why not."""

from functools import partial

from ebok.ksef.annotations import annotations
from ebok.ksef.attachment import attachment
from ebok.ksef.conditions import conditions
from ebok.ksef.corrections import advance, advance_part, correction
from ebok.ksef.element_reader import ElementReader, read_element
from ebok.ksef.element_values import day, grosze, integer
from ebok.ksef.errors import Fault
from ebok.ksef.invoice import KINDS, FaInvoice, Payment, Settlement, VatSum
from ebok.ksef.lines import lines, order, vat_sums
from ebok.ksef.meters import readings
from ebok.ksef.notes import Note
from ebok.ksef.parties import party
from ebok.ksef.sale import Conditions
from ebok.ksef.schema import valid_root
from ebok.ksef.settlement import payment, settlement
from ebok.ksef.sums import counted_sums
from ebok.languages import say as _
from ebok.values.nip import is_somebodys

CURRENCY = "PLN"


def read(raw: bytes, seller_nip: str = "") -> FaInvoice:
    """The invoice in a file of this seller, or of any where none is named: a file that was taken
    is shown whatever the settings say today. Raises Refused, and nothing else.

    Every element is read, or named in `ignored_elements.py` as not kept; an element that is neither
    refuses.
    """
    doubts: list[Fault] = []
    root = valid_root(raw)
    return read_element(root, doubts, lambda branch: _invoice(branch, seller_nip, doubts))


def _invoice(branch: ElementReader, seller_nip: str, doubts: list[Fault]) -> FaInvoice:
    seller = branch.branch("Podmiot1", lambda found: _seller(found, seller_nip))
    blocks = branch.branch("Zalacznik", attachment) or ()
    fields = branch.branch("Fa", _document)
    footer, registers = branch.branch("Stopka", _footer) or ((), ())
    return FaInvoice(
        made=branch.branch("Naglowek", lambda head: head.text("DataWytworzeniaFa")),
        seller=seller,
        buyer=branch.branch("Podmiot2", _buyer),
        others=(
            *branch.branches("Podmiot3", party),
            *branch.branches("PodmiotUpowazniony", party),
        ),
        readings=readings(fields["notes"], blocks),
        footer=footer,
        registers=registers,
        attachment=blocks,
        **fields,
        warnings=tuple(doubts),
    )


def _seller(branch: ElementReader, seller_nip: str):
    found = party(branch)
    if seller_nip and found.nip != seller_nip:
        expected = _(
            "an invoice of another seller, %(found)s; expected %(ours)s",
            found=found.nip,
            ours=seller_nip,
        )
        raise branch.refused(expected)
    return found


def _buyer(branch: ElementReader):
    found = party(branch)
    if found.nip and not is_somebodys(found.nip):
        branch.warn(
            _(
                "%(nip)s is a NIP that belongs to nobody: it is not used to find the customer",
                nip=found.nip,
            )
        )
    return found


def _document(branch: ElementReader) -> dict:
    """The fields of Fa."""
    _require_złoty(branch)
    ksef_kind = branch.text("RodzajFaktury")
    gross = branch.value("P_15", grosze)
    issued_on = branch.value("P_1", day)
    marks, exemption = annotations(branch)
    fields = {"annotations": marks, "exemption": exemption, "lines": lines(branch)}
    return {
        **fields,
        **_sums(branch, fields, gross),
        **_dates(branch),
        "issued_on": issued_on,
        **correction(branch, ksef_kind),
        "number": branch.text("P_2"),
        "kind": KINDS[ksef_kind],
        "ksef_kind": ksef_kind,
        "gross_grosze": gross,
        "issued_at_place": branch.text("P_1M"),
        "settlement": branch.branch("Rozliczenie", lambda found: settlement(found, gross))
        or Settlement(),
        "payment": branch.branch("Platnosc", payment) or Payment(),
        "advance_parts": branch.branches("ZaliczkaCzesciowa", advance_part),
        "advances": branch.branches("FakturaZaliczkowa", partial(advance, settled_on=issued_on)),
        "order": branch.branch("Zamowienie", order),
        "notes": branch.branches("DodatkowyOpis", _note),
        "conditions": branch.branch("WarunkiTransakcji", conditions) or Conditions(),
        "delivery_notes": branch.texts("WZ"),
        "exchange_rate": branch.text("KursWalutyZ"),
    }


def _require_złoty(branch: ElementReader) -> None:
    if branch.text("KodWaluty") != CURRENCY:
        raise branch.refused(_("expected PLN: the ledger is in złoty"), "KodWaluty")


def _dates(branch: ElementReader) -> dict:
    first, last = branch.branch("OkresFa", _period) or (None, None)
    return {
        "sold_on": branch.value("P_6", day),
        "period_from": first,
        "period_to": last,
    }


def _period(branch: ElementReader):
    return branch.value("P_6_Od", day), branch.value("P_6_Do", day)


def _sums(branch: ElementReader, fields: dict, gross: int) -> dict:
    """Net and VAT, as stated or else counted. What they lack of the gross is a doubt, no fault:
    an issued invoice stays as it is."""
    stated = vat_sums(branch)
    is_margin = any(word.startswith("margin") for word in fields["annotations"])
    found = stated or counted_sums(branch, fields["lines"], gross, is_margin)
    net, vat = _total(found)
    if net + vat != gross:
        total = f"{(net + vat) / 100:.2f}"
        branch.warn(_("expected %(total)s, the sum of P_13 and P_14", total=total), "P_15")
    return {
        "vat_sums": found,
        "net_grosze": net,
        "vat_grosze": vat,
        "is_vat_counted": bool(found and not stated),
    }


def _total(sums: tuple[VatSum, ...]) -> tuple[int, int]:
    return sum(found.net_grosze for found in sums), sum(found.vat_grosze for found in sums)


def _note(branch: ElementReader) -> Note:
    line = branch.value("NrWiersza", integer) or 0
    return Note(branch.text("Klucz"), branch.text("Wartosc"), line)


def _footer(branch: ElementReader) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    texts = branch.branches("Informacje", lambda found: found.text("StopkaFaktury"))
    registers = branch.branches("Rejestry", _register)
    return tuple(filter(None, texts)), tuple(pair for pairs in registers for pair in pairs)


def _register(branch: ElementReader) -> tuple[tuple[str, str], ...]:
    names = ("PelnaNazwa", "KRS", "REGON", "BDO")
    found = ((name, branch.text(name)) for name in names)
    return tuple(pair for pair in found if pair[1])
