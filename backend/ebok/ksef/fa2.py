"""FA(2), which KSeF 1.0 kept until January 2026, put as FA(3): the two differ in few places.

Source: the official schemas of both, compared element by element. What FA(2) alone has is taken
back after the schema of FA(3) has looked at the rest, so that nothing of the file is changed.
"""

from collections.abc import Callable

from lxml import etree

NAMESPACE = "http://crd.gov.pl/wzor/2023/06/29/12648/"
PREFIX = f"{{{NAMESPACE}}}"
RATES = {"0": "0 KR", "np": "np I"}
"""Rates that FA(3) has parted in several."""

Back = Callable[[], None]


def as_fa3(root: etree._Element, prefix: str) -> list[Back]:
    """Make of it a tree of FA(3), whose names begin with `prefix`; what takes the rest back."""
    for element in root.iter(f"{PREFIX}*"):
        element.tag = prefix + element.tag[len(PREFIX) :]
    back: list[Back] = []
    for name, put in _PUT.items():
        for element in root.iter(f"{prefix}{name}"):
            back += put(element, prefix)
    return back


def _form(element: etree._Element, _prefix: str) -> list[Back]:
    if element.get("kodSystemowy") == "FA (2)":
        element.set("kodSystemowy", "FA (3)")
    return []


def _variant(element: etree._Element, _prefix: str) -> list[Back]:
    return _text(element, "3") if (element.text or "").strip() == "2" else []


def _made(element: etree._Element, _prefix: str) -> list[Back]:
    """FA(3) knows no file that was made before September 2025."""
    return _text(element, "2026-01-01T00:00:00Z") if (element.text or "") < "2025-09" else []


def _buyer(element: etree._Element, prefix: str) -> list[Back]:
    """Whether the buyer is of a local government or a VAT group, FA(2) does not say."""
    for name in ("JST", "GV"):
        etree.SubElement(element, f"{prefix}{name}").text = "2"
    return []


def _rate(element: etree._Element, _prefix: str) -> list[Back]:
    new = RATES.get((element.text or "").strip())
    return _text(element, new) if new else []


def _term(element: etree._Element, prefix: str) -> list[Back]:
    """A term of payment in words, which FA(3) has in three parts."""
    words, element.text = element.text, None
    parts = [etree.SubElement(element, f"{prefix}{name}") for name in _TERM]
    parts[0].text, parts[1].text, parts[2].text = "1", "-", words

    def take_back() -> None:
        element.remove(parts[0])
        element.remove(parts[1])

    return [take_back]


_TERM = ("Ilosc", "Jednostka", "ZdarzeniePoczatkowe")


def _text(element: etree._Element, new: str) -> list[Back]:
    old, element.text = element.text, new

    def take_back() -> None:
        element.text = old

    return [take_back]


_PUT = {
    "KodFormularza": _form,
    "WariantFormularza": _variant,
    "DataWytworzeniaFa": _made,
    "Podmiot2": _buyer,
    "P_12": _rate,
    "P_12Z": _rate,
    "TerminOpis": _term,
}
