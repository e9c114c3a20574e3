"""Recognises the structure of an XML file by its root."""

import re

FA3 = "FA(3)"
FA2 = "FA(2)"
JPK_FA = "JPK_FA(4)"
NAMESPACES = {
    "http://crd.gov.pl/wzor/2025/06/25/13775/": FA3,
    "http://crd.gov.pl/wzor/2023/06/29/12648/": FA2,
    "http://crd.gov.pl/wzor/2021/11/29/11089/": "FA(1)",
    "http://crd.gov.pl/wzor/2026/03/06/14189/": "FA_RR(1)",
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "UBL",
}
OTHER = "XML"
"""An unknown root."""

BEGINNING = 2**16
_BEFORE = rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*>|<!--.{0,9000}?-->)*"
_ROOT = re.compile(_BEFORE + rb"<(?:([\w.-]+):)?([\w.-]+)((?:\s[^<>]*)?)/?>", re.DOTALL)
_FORM = re.compile(rb"kodSystemowy\s*=\s*[\"']([\w ()]{1,30})[\"']")


def kind_of(raw: bytes) -> str:
    """The structure's name; "" if it is not XML, or a Faktura without a known namespace.

    Looks at the beginning only.
    """
    beginning = raw[:BEGINNING]
    if not (root := _ROOT.match(beginning)):
        return ""
    prefix, name, attributes = root.groups()
    declaration = b"xmlns:" + prefix if prefix else b"xmlns"
    declared = re.search(
        rb"(?<![\w:])" + re.escape(declaration) + rb"\s*=\s*[\"']([^\"']*)", attributes
    )
    namespace = declared[1].decode("utf-8", "replace") if declared else ""
    if namespace in NAMESPACES:
        return NAMESPACES[namespace]
    if name == b"JPK":
        form = _FORM.search(beginning)
        return form[1].decode().replace(" (", "(") if form else "JPK"
    if b"potwierdzenie" in name.lower() or "/upo" in namespace.lower() or "upo." in namespace:
        return "UPO"
    return "" if name == b"Faktura" else OTHER
