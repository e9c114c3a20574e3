"""Annotations required by the VAT act (Adnotacje, FP, TP)."""

from ebok.ksef.element_reader import ElementReader

WORDS = {
    "P_16": "cash accounting",
    "P_17": "self-billing",
    "P_18": "reverse charge",
    "P_18A": "split payment",
    "P_19": "exempt",
    "P_22": "new means of transport",
    "P_23": "triangular",
    "P_PMarzy": "margin",
    "P_PMarzy_2": "margin: travel",
    "P_PMarzy_3_1": "margin: used goods",
    "P_PMarzy_3_2": "margin: works of art",
    "P_PMarzy_3_3": "margin: antiques",
    "FP": "of a receipt",
    "TP": "related parties",
    "ZwrotAkcyzy": "excise refund",
}
"""FA(3) element of an annotation -> our name."""

ABSENT = ("P_19N", "P_22N", "P_PMarzyN")
"""Elements that only say that no annotation of their group applies."""


def annotations(reader: ElementReader) -> tuple[tuple[str, ...], str]:
    """Names of the annotations that apply, and the legal ground of an exemption."""
    words, grounds = reader.required_child("Adnotacje", _all_of)
    return (*words, *_own(reader)), grounds


def _all_of(reader: ElementReader) -> tuple[tuple[str, ...], str]:
    words, grounds = _own(reader), ""
    for name in ("Zwolnienie", "NoweSrodkiTransportu", "PMarzy"):
        more, found = reader.required_child(name, _group)
        words, grounds = (*words, *more), grounds or found
    return words, grounds


def _group(reader: ElementReader) -> tuple[tuple[str, ...], str]:
    for name in ABSENT:
        reader.flag(name)
    grounds = reader.text("P_19A") or reader.text("P_19B") or reader.text("P_19C")
    return _own(reader), grounds


def _own(reader: ElementReader) -> tuple[str, ...]:
    # Look up the few children, not all known names.
    names = [name for name in WORDS if name in reader.children]
    return tuple(WORDS[name] for name in names if reader.flag(name))
