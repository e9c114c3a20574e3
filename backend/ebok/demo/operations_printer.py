"""The PDFs that the demo's billing system prints: one page of ASCII text in Courier."""

import unicodedata

WIDTH, HEIGHT, MARGIN, LEADING = 595, 842, 56, 18
"""Points: A4."""


def pdf(lines: list[str]) -> bytes:
    """A one-page PDF with these lines; Polish letters are replaced by ASCII ones."""
    shown = "\n".join(f"({_escaped(_plain(line))}) Tj T*" for line in lines)
    drawn = f"BT /F1 11 Tf {LEADING} TL {MARGIN} {HEIGHT - MARGIN} Td\n{shown}\nET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>" % (WIDTH, HEIGHT),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    )
    return _file(objects)


def _file(objects: tuple[bytes, ...]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return folded.replace("³", "3").encode("ascii", "ignore").decode()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
