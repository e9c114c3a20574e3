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
"""Each mark of FA(3), and our name for it."""

ABSENT = ("P_19N", "P_22N", "P_PMarzyN")
"""Marks that only say that another mark is not set."""


def annotations(reader: ElementReader) -> tuple[tuple[str, ...], str]:
    """Names of the marks that are set, and the legal ground of an exemption."""
    words, grounds = reader.required_child("Adnotacje", _marks)
    return (*words, *_own_marks(reader)), grounds


def _marks(reader: ElementReader) -> tuple[tuple[str, ...], str]:
    words, grounds = _own_marks(reader), ""
    for name in ("Zwolnienie", "NoweSrodkiTransportu", "PMarzy"):
        more, found = reader.required_child(name, _group)
        words, grounds = (*words, *more), grounds or found
    return words, grounds


def _group(reader: ElementReader) -> tuple[tuple[str, ...], str]:
    for name in ABSENT:
        reader.flag(name)
    grounds = reader.text("P_19A") or reader.text("P_19B") or reader.text("P_19C")
    return _own_marks(reader), grounds


def _own_marks(reader: ElementReader) -> tuple[str, ...]:
    # A reader has few of them: look what is there, not what might be.
    names = [name for name in WORDS if name in reader.children]
    return tuple(WORDS[name] for name in names if reader.flag(name))
