"""Converts FA(2), used by KSeF 1 until January 2026, to FA(3): they differ in few places.

Source: both official schemas, compared element by element. Changed values are restored after
validation against the schema of FA(3), so that nothing of the file is changed.
"""

from collections.abc import Callable

from lxml import etree

Element = etree._Element  # pyright: ignore[reportPrivateUsage] lxml has no public name for it
"""An element of a parsed file."""


NAMESPACE = "http://crd.gov.pl/wzor/2023/06/29/12648/"
PREFIX = f"{{{NAMESPACE}}}"
RATES = {"0": "0 KR", "np": "np I"}
"""Rates that FA(3) divides into several."""

Undo = Callable[[], None]


def as_fa3(root: Element, prefix: str) -> list[Undo]:
    """Rename the elements to `prefix`, and convert what differs; returns functions that restore
    it."""
    for element in root.iter(f"{PREFIX}*"):
        element.tag = prefix + str(element.tag)[len(PREFIX) :]
    undo: list[Undo] = []
    for name, convert in _CONVERT.items():
        for element in root.iter(f"{prefix}{name}"):
            undo += convert(element, prefix)
    return undo


def _form(element: Element, _prefix: str) -> list[Undo]:
    if element.get("kodSystemowy") == "FA (2)":
        element.set("kodSystemowy", "FA (3)")
    return []


def _variant(element: Element, _prefix: str) -> list[Undo]:
    return _text(element, "3") if (element.text or "").strip() == "2" else []


def _created(element: Element, _prefix: str) -> list[Undo]:
    """FA(3) does not accept files made before September 2025."""
    return _text(element, "2026-01-01T00:00:00Z") if (element.text or "") < "2025-09" else []


def _buyer(element: Element, prefix: str) -> list[Undo]:
    """FA(2) does not say whether the buyer belongs to a local government or a VAT group."""
    for name in ("JST", "GV"):
        etree.SubElement(element, f"{prefix}{name}").text = "2"
    return []


def _rate(element: Element, _prefix: str) -> list[Undo]:
    new = RATES.get((element.text or "").strip())
    return _text(element, new) if new else []


def _term(element: Element, prefix: str) -> list[Undo]:
    """A term of payment in words; FA(3) has three parts."""
    words, element.text = element.text, None
    parts = [etree.SubElement(element, f"{prefix}{name}") for name in _TERM]
    parts[0].text, parts[1].text, parts[2].text = "1", "-", words

    def undo_one() -> None:
        element.remove(parts[0])
        element.remove(parts[1])

    return [undo_one]


_TERM = ("Ilosc", "Jednostka", "ZdarzeniePoczatkowe")


def _text(element: Element, new: str) -> list[Undo]:
    old, element.text = element.text, new

    def undo_one() -> None:
        element.text = old

    return [undo_one]


_CONVERT = {
    "KodFormularza": _form,
    "WariantFormularza": _variant,
    "DataWytworzeniaFa": _created,
    "Podmiot2": _buyer,
    "P_12": _rate,
    "P_12Z": _rate,
    "TerminOpis": _term,
}
