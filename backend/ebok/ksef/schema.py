"""Validates a file with the official schema of FA(3), without entities, DTD or network.

The schema is that of the PyPI package `ksef-client`, whose code is not imported. Its files import
each other by URL; each is read from the package, and no other URL is answered.
"""

import importlib.util
import re
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from ebok.ksef import LARGEST_FILE, fa2
from ebok.ksef.errors import Fault, Refused
from ebok.ksef.fa2 import Element
from ebok.ksef.texts_schema import in_words
from ebok.ksef.xml_options import SAFE
from ebok.languages import say as _

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
PREFIX = f"{{{NAMESPACE}}}"
SCHEMA = "schemat_FA(3)_v1-0E.xsd"

LONGEST_REASON = 300
MOST_FAULTS = 50
"""Faults of one file that are reported."""

DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
BOM = b"\xef\xbb\xbf"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
ATTRIBUTES = {
    f"{PREFIX}KodFormularza": {"kodSystemowy", "wersjaSchemy"},
    f"{PREFIX}Kol": {"Typ"},
    # Hints for editors, which are ignored.
    f"{PREFIX}Faktura": {f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation"},
}
with_attributes = etree.XPath("descendant-or-self::*[@*]")


class _LocalSchemas(etree.Resolver):
    """Resolves every URL to the schema file with that name."""

    def __init__(self, folder: Path):
        self.files = {path.name: path.read_bytes() for path in folder.glob("*.xsd")}

    def resolve(self, system_url: Any, public_id: Any, context: Any):  # noqa: ARG002 lxml gives three
        name = system_url.rsplit("/", 1)[-1]
        return self.resolve_string(self.files.get(name, b""), context)


@cache
def schema() -> etree.XMLSchema:
    """The compiled schema: 9 ms, once for each process."""
    package = importlib.util.find_spec("ksef_client")
    assert package
    assert package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0], "documents", "fa3", "schemas")
    parser = _parser()
    parser.resolvers.add(_LocalSchemas(folder))
    return etree.XMLSchema(etree.fromstring((folder / SCHEMA).read_bytes(), parser))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(**SAFE)


def valid_root(raw: bytes) -> Element:
    """The element Faktura of a valid file. Raises Refused."""
    _require_utf8(raw)
    try:
        root = etree.fromstring(raw, _parser())
    except etree.XMLSyntaxError as fault:
        expected = _("damaged here, or cut off: this is not a whole XML file")
        raise Refused(Fault(fault.lineno or 0, expected=expected)) from None
    undo = fa2.as_fa3(root, PREFIX) if root.tag == f"{fa2.PREFIX}Faktura" else []
    if root.tag != f"{PREFIX}Faktura":
        expected = _("expected Faktura of FA(3)")
        raise Refused(Fault(root.sourceline or 0, _cut(str(root.tag)), expected=expected))
    if not _is_valid(root):
        faults = _faults_of(root)
        raise Refused(faults[0], tuple(faults[1:]))
    _require_known_attributes(root)
    for undo_one in undo:
        undo_one()
    return root


def _faults_of(root: Element) -> list[Fault]:
    """The schema's errors, one for each element."""
    errors = {error.path or error.line: error for error in reversed(list(_errors()))}
    return [_fault_of(root, error) for error in reversed(errors.values())]


def _errors():
    return islice(iter(schema().error_log), MOST_FAULTS)


def _is_valid(root: Element) -> bool:
    try:
        return schema().validate(root)
    except etree.LxmlError as fault:
        # libxml2 gave up, so the file counts as invalid.
        expected = _("cannot be checked: it is too large or too deeply nested")
        raise Refused(Fault(expected=expected)) from fault


def _require_utf8(raw: bytes) -> None:
    """Accept UTF-8 only, so that no two programs read a file differently. Raises Refused."""
    if len(raw) > LARGEST_FILE:
        expected = _(
            "at most %(most)s bytes, this has %(found)s", most=LARGEST_FILE, found=len(raw)
        )
        raise Refused(Fault(expected=expected))
    declared = DECLARED.match(raw.removeprefix(BOM))
    if declared and declared[1].decode("ascii", "replace").lower() not in UTF8:
        name = declared[1].decode("ascii", "replace")
        raise Refused(Fault(1, value=name, expected=_("expected the encoding UTF-8")))
    try:
        raw.decode()
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise Refused(Fault(line, expected=_("not UTF-8, the encoding of FA(3)"))) from None
    if b"\0" in raw:
        # NUL is not allowed in XML; it occurs in UTF-16, in which a DTD would go unnoticed.
        expected = _("not UTF-8, the encoding of FA(3): it has zero bytes")
        raise Refused(Fault(1, expected=expected))
    if b"<!DOCTYPE" in raw:
        line = raw.count(b"\n", 0, raw.index(b"<!DOCTYPE")) + 1
        raise Refused(Fault(line, expected=_("a document type (DTD) is not allowed")))


def _require_known_attributes(root: Element) -> None:
    """Refuse attributes like xsi:type, which the schema accepts and which change an element's
    type."""
    for element in with_attributes(root):
        for name in element.keys():  # noqa: SIM118 an element is no mapping
            if name not in ATTRIBUTES.get(element.tag, ()):
                expected = _("the attribute %(name)s is not expected", name=name)
                raise Refused(fault_at(element, expected))


def path_of(element: Element) -> str:
    """Path of an element, as Faktura/Fa/FaWiersz[2]/P_11."""
    return element.getroottree().getelementpath(element).replace(PREFIX, "")


def fault_at(element: Element, expected: str) -> Fault:
    """A fault of this element's value."""
    root = element.getroottree().getroot()
    path = "Faktura" if element is root else f"Faktura/{path_of(element)}"
    value = None if len(element) else element.text
    return Fault(element.sourceline or 0, path, value, expected)


def _fault_of(root: Element, error: Any) -> Fault:
    """A schema error as a fault of its element."""
    found = _at(root, error.path)
    expected = in_words(error.type_name, error.message)
    if len(found) == 1 and isinstance(found[0], Element):
        return fault_at(found[0], expected)
    return Fault(error.line or 0, expected=expected)


def _at(root: Element, path: str | None) -> list[Any]:
    """The nodes at an error's path; [] if it has undeclared prefixes."""
    try:
        return root.getroottree().xpath(path) if path else []
    except etree.XPathError:
        return []


def _cut(text: str | None) -> str:
    text = text or "empty"
    return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"
