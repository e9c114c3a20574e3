"""The renderer process: makes PDFs of HTML, one at a time. See `client.py`.

It runs as a script and imports nothing of e-BOK: it has no key, connection or session, and its
memory is released when it ends. Protocol on stdin and stdout: a length of four bytes and the HTML;
the answer is a letter (`P` a PDF, `F` the class of an exception, `L` a missing library), a length
and the content.
"""

import hashlib
import os
import select
import struct
import sys
from typing import IO, Any

IDLE_SECONDS = 60
MOST_DOCUMENTS = 200
MEMORY_BYTES = 2 << 30
PRINTED = 4
"""The flag of an annotation that is on paper, too."""


def main() -> None:
    """Render until idle for a minute, or for `MOST_DOCUMENTS`, so that memory does not grow."""
    _limit_memory()
    inlet, outlet = sys.stdin.buffer.raw, _outlet()  # pyright: ignore[reportAttributeAccessIssue]
    for _document in range(MOST_DOCUMENTS):
        if not select.select([inlet], [], [], IDLE_SECONDS)[0]:
            return
        html = _read(inlet)
        if html is None:
            return
        kind, answer = _attempt(html)
        outlet.write(kind + struct.pack(">I", len(answer)) + answer)
        outlet.flush()


def _outlet():
    """The original stdout, which WeasyPrint's messages cannot reach."""
    outlet = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return outlet


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _read(inlet: IO[bytes]) -> bytes | None:
    head = _exactly(inlet, 4)
    return _exactly(inlet, struct.unpack(">I", head)[0]) if head else None


def _exactly(inlet: IO[bytes], size: int) -> bytes | None:
    parts = []
    while size:
        part = inlet.read(min(size, 1 << 16))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _attempt(html: bytes) -> tuple[bytes, bytes]:
    try:
        return b"P", _render(html)
    except (ImportError, OSError) as fault:
        # cffi raises OSError for a missing library; no files are opened here.
        return b"L", str(fault).splitlines()[0][:300].encode()
    except Exception as fault:
        # Only the class: the message may quote the document.
        return b"F", type(fault).__name__.encode()


def _render(html: bytes) -> bytes:
    # Imported here: it takes two thirds of a second and 40 MB.
    import weasyprint

    class Nothing(weasyprint.urls.URLFetcher):
        """Fetches nothing but data: URLs, so no network and no files."""

        def __init__(self):
            super().__init__(allowed_protocols=("data",), allow_redirects=False)

    document = weasyprint.HTML(string=html.decode(), url_fetcher=Nothing())
    # Reproducible: the identifier is the HTML's hash, and no time is stored.
    identifier = hashlib.sha256(html).digest()[:16]
    options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": identifier}
    return document.write_pdf(finisher=_finish, **options)  # pyright: ignore[reportReturnType]


def _finish(_document: Any, pdf: Any) -> None:
    """Add what WeasyPrint leaves out: scopes of headers in tables, and that links are printed."""
    parts: dict[str, Any] = {each.reference: each for each in pdf.objects if hasattr(each, "items")}
    for part in parts.values():
        if part.get("S") == "/TH":
            part["A"]["Scope"] = "/Column" if _is_in_head(part, parts) else "/Row"
        elif part.get("Subtype") == "/Link":
            part["F"] = PRINTED


def _is_in_head(cell: dict[str, Any], parts: dict[str, Any]) -> bool:
    """Whether the cell's row, or what that lies in, is the head of its table."""
    above = cell
    while above.get("S") not in ("/THead", "/Table", "/Document"):
        above = parts[above["P"]]
    return above["S"] == "/THead"


if __name__ == "__main__":
    main()
