"""The FA(3) attachment (Zalacznik) with the meters and readings of an invoice."""

from typing import Any

from lxml import etree

from ebok.demo.operations_papers import DAY, Tap

COLUMNS = (
    ("txt", "Numer wodomierza"),
    ("dec", "Odczyt poprzedni, m³"),
    ("dec", "Odczyt bieżący, m³"),
    ("dec", "Zużycie, m³"),
)


def attach(root: Any, invoice: dict[str, Any], tap: Tap, street: str) -> None:
    """Append Zalacznik to `root`."""
    namespace = root.nsmap[None]

    def add(parent: Any, name: str, text: str = ""):
        element = etree.SubElement(parent, f"{{{namespace}}}{name}")
        element.text = text or None
        return element

    now = tap.reading_on(invoice["period_to"])
    before = tap.reading_on(invoice["period_from"] - DAY)
    block = add(add(root, "Zalacznik"), "BlokDanych")
    add(block, "ZNaglowek", "Odczyty wodomierzy")
    about = add(block, "MetaDane")
    add(about, "ZKlucz", "Punkt poboru")
    add(about, "ZWartosc", f"{tap.point_code}, {street}")
    table = add(block, "Tabela")
    head = add(table, "TNaglowek")
    for kind, name in COLUMNS:
        column = add(head, "Kol")
        column.set("Typ", kind)
        add(column, "NKom", name)
    line = add(table, "Wiersz")
    for cell in (tap.meter_serial, before, now, now - before):
        add(line, "WKom", str(cell))
