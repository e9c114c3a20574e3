"""Files made from the schema itself: every element that FA(3) knows, whatever it means.

`Writer` walks the official schema and writes a valid file. What is optional, which choice is taken
and how often something comes is asked of `choose`.
"""

import random
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from ksef.faktura import ACCOUNT, KSEF_NUMBER, SELLER

XSD = "{http://www.w3.org/2001/XMLSchema}"
NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
# Found, not imported: every process of the tests would read all of that package.
FOLDER = Path(find_spec("ksef_client").origin).parent / "documents" / "fa3" / "schemas"

NAMED = {
    "KodWaluty": "PLN",
    "NrRB": ACCOUNT,
    "LinkDoPlatnosci": "https://pay.example.pl/?IPKSeF=123abcdefghij",
    "IPKSeF": "123abcdefghij",
    "WariantFormularza": "3",
    "KodFormularza": "FA",
    "Ilosc": "14",
}
"""Elements of one value."""


def _money(n: int) -> str:
    return f"{n % 900000}.{10 + n % 90}" if n % 3 else str(n)


def _day(n: int) -> str:
    return f"{2017 + n % 30}-{1 + n % 12:02}-{1 + n % 28:02}"


TYPES: dict[str, Callable[[int], str]] = {
    "TKwotowy": _money,
    "TKwotowy2": lambda n: f"{n % 90000}.{10000001 + n % 1000}",
    "TIlosci": lambda n: f"{n}.{100001 + n % 1000}",
    "TProcentowy": lambda n: f"{n % 100}.{11 + n % 80}",
    "TNaturalny": str,
    "TNumerKSeF": lambda _: KSEF_NUMBER,
    "TNrVatUE": lambda n: f"{n}",
    "TNIPIdWew": lambda n: f"{SELLER}-{n % 100000:05}",
    "SWIFT_Type": lambda _: "BPKOPLPW",
    "TNrNIP": lambda _: "5265877635",
    "TNrKRS": lambda n: f"{n:010}",
    "TNrREGON": lambda n: f"{n:09}",
    "TAdresEmail": lambda n: f"a{n}@poczta.example",
    "TData": _day,
    "TDataT": _day,
    "TDataU": _day,
    "TDataCzas": lambda n: f"{_day(n % 20 + 9)}T08:00:00Z",
}


@cache
def types() -> dict[str, etree._Element]:
    """Every named type of the four files."""
    found = {}
    for path in (*sorted(FOLDER.glob("[!s]*.xsd")), *FOLDER.glob("s*.xsd")):
        for child in etree.parse(path).getroot():
            if child.get("name") and child.tag != f"{XSD}element":
                found[child.get("name")] = child
    return found


@cache
def root_declaration() -> etree._Element:
    """The declaration of Faktura."""
    [path] = FOLDER.glob("s*.xsd")
    return etree.parse(path).getroot().find(f"{XSD}element[@name='Faktura']")


def type_of(declaration: etree._Element) -> etree._Element | None:
    """An element's type; None for one that XML Schema itself defines."""
    inner = declaration.find(f"{XSD}complexType")
    inner = declaration.find(f"{XSD}simpleType") if inner is None else inner
    return types().get(declaration.get("type", "").split(":")[-1]) if inner is None else inner


def content(kind: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """The groups and the attributes of a complex type, those of what it extends first."""
    extension = kind.find(f"{XSD}complexContent/{XSD}extension")
    if extension is None:
        extension = kind.find(f"{XSD}simpleContent/{XSD}extension")
    groups, attributes = [], []
    if extension is not None:
        base = types().get(extension.get("base").split(":")[-1])
        if base is not None and base.tag == f"{XSD}complexType":
            groups, attributes = content(base)
    for node in (kind, extension) if extension is not None else (kind,):
        groups += [c for c in node if c.tag in (f"{XSD}sequence", f"{XSD}choice")]
        attributes += node.findall(f"{XSD}attribute")
    return groups, attributes


class Choices:
    """Takes everything that is optional, and of each choice another one each turn."""

    def __init__(self, turn: int):
        self.random = random.Random(turn)

    def times(self, least: int, most: int) -> int:
        """How often something comes."""
        return max(least, min(most, 2))

    def one_of(self, count: int) -> int:
        """Which of several."""
        return self.random.randrange(count)


class Chances(Choices):
    """Takes whatever a generator says."""

    def __init__(self, seed: int):
        super().__init__(seed)
        self.rate = self.random.choice((0.1, 0.3, 0.6, 0.9))

    def times(self, least: int, most: int) -> int:
        """How often something comes: seldom more than twice."""
        if self.random.random() > self.rate:
            return least
        return self.random.randint(least, max(least, min(most, self.random.choice((1, 1, 2, 3)))))


class Writer:
    """Writes one valid file; every value in it is another one, as far as its type lets it."""

    def __init__(self, choices: Choices, kind: str = "", start: int = 1000):
        self.choices = choices
        self.kind = kind
        self.count = start

    def write(self) -> bytes:
        """The bytes of the file."""
        return etree.tostring(self.element(root_declaration()), encoding="UTF-8")

    def element(self, declaration: etree._Element, parent: str = "") -> etree._Element:
        """An element with all that is in it."""
        name, kind = declaration.get("name"), type_of(declaration)
        made = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={None: NAMESPACE})
        if kind is not None and kind.tag == f"{XSD}complexType":
            groups, attributes = content(kind)
            for attribute in attributes:
                made.set(attribute.get("name"), self.attribute(attribute))
            for group in groups:
                made.extend(self.group(group, name))
            if groups:
                return made
        made.text = self.value(name, kind, declaration, parent)
        return made

    def group(self, group: etree._Element, parent: str) -> list[etree._Element]:
        """What a sequence, a choice or a declaration puts into its parent."""
        found = []
        for _ in range(self.times(group)):
            if group.tag == f"{XSD}element":
                found.append(self.element(group, parent))
                continue
            parts = [c for c in group if c.tag != f"{XSD}annotation"]
            if group.tag == f"{XSD}choice":
                parts = [parts[self.choices.one_of(len(parts))]]
            for part in parts:
                found += self.group(part, parent)
        return found

    def times(self, node: etree._Element) -> int:
        """How often it comes. A table's column and cell are no matter of chance."""
        return self.choices.times(int(node.get("minOccurs", 1)), int(node.get("maxOccurs", 1)))

    def attribute(self, declaration: etree._Element) -> str:
        """An attribute's value."""
        values = [e.get("value") for e in declaration.iter(f"{XSD}enumeration")]
        return declaration.get("fixed") or values[self.choices.one_of(len(values))]

    def value(self, name: str, kind, declaration: etree._Element, parent: str) -> str:
        """A text that this type allows."""
        if name == "NIP" and parent == "DaneIdentyfikacyjne" and self.is_seller(declaration):
            return SELLER
        if name == "RodzajFaktury" and self.kind:
            return self.kind
        self.count += 1
        return declaration.get("fixed") or NAMED.get(name) or self.typed(kind)

    def is_seller(self, declaration: etree._Element) -> bool:
        """Whether this is the NIP of TPodmiot1."""
        kind = next(declaration.iterancestors(f"{XSD}complexType"))
        return kind.get("name") == "TPodmiot1"

    def typed(self, kind: etree._Element | None) -> str:
        """A text of a simple type."""
        while kind is not None:
            if kind.get("name") in TYPES:
                return TYPES[kind.get("name")](self.count)
            values = [e.get("value") for e in kind.iter(f"{XSD}enumeration")]
            if values:
                return values[self.choices.one_of(len(values))]
            base = kind.find(f"{XSD}restriction")
            base = kind.find(f".//{XSD}extension") if base is None else base
            kind = types().get(base.get("base").split(":")[-1]) if base is not None else None
        return f"ż{self.count}"


def pairs_of_schema() -> set[tuple[str, str]]:
    """Every (parent, child) that the schema knows."""
    found, waiting, seen = set(), [root_declaration()], set()
    while waiting:
        declaration = waiting.pop()
        kind = type_of(declaration)
        key = (declaration.get("name"), id(kind))
        if kind is None or kind.tag != f"{XSD}complexType" or key in seen:
            continue
        seen.add(key)
        children = [e for group in content(kind)[0] for e in elements(group)]
        found |= {(declaration.get("name"), child.get("name")) for child in children}
        waiting += children
    return found


def elements(group: etree._Element) -> list[etree._Element]:
    """The declarations directly in a group and in the groups within it."""
    if group.tag == f"{XSD}element":
        return [group]
    return [e for part in group if part.tag != f"{XSD}annotation" for e in elements(part)]


def pairs_of_file(raw: bytes) -> set[tuple[str, str]]:
    """Every (parent, child) that a file has."""
    root = etree.fromstring(raw)
    local = {e: etree.QName(e).localname for e in root.iter()}
    return {(local[e.getparent()], local[e]) for e in root.iter() if e is not root}
