"""`bundle.csv`: says which files of a bundle are complete."""

import csv
import io
from typing import Any

from ebok.billing.bundle import MANIFEST, Bundle
from ebok.billing.errors import Fault, Refused
from ebok.languages import say as _

LARGEST = 100_000
YES, NO = ("1", "yes", "tak", "true"), ("", "0", "no", "nie", "false")


def complete_files(bundle: Bundle) -> set[str]:
    """Names of the files that hold every row there is. Raises Refused."""
    if MANIFEST not in bundle.files:
        return set()
    with bundle.files[MANIFEST].open() as stream:
        text = stream.read(LARGEST).decode("utf-8-sig", "replace")
    first = text.splitlines()[0] if text else ""
    rows = csv.DictReader(io.StringIO(text), delimiter=max(";,\t", key=first.count))
    if not {"file", "complete"} <= set(rows.fieldnames or ()):
        expected = _("expected the columns %(columns)s", columns="file, complete")
        raise Refused(Fault(MANIFEST, 1, value=first, expected=expected))
    return {name for row in rows if (name := _complete(row, rows.line_num, bundle))}


def _complete(row: dict[str, Any], line: int, bundle: Bundle) -> str:
    """The file's name if this row says that it is complete, else ""."""
    name, word = ((row[key] or "").strip().lower() for key in ("file", "complete"))
    if word not in (*YES, *NO):
        raise Refused(Fault(MANIFEST, line, "complete", word, _("expected 1 or 0")))
    if word in YES and name not in bundle.files:
        expected = _("expected a CSV file of this bundle")
        raise Refused(Fault(MANIFEST, line, "file", name, expected))
    return name if word in YES else ""
