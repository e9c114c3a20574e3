"""Options for parsing untrusted XML: UTF-8, without entities, DTD, network or comments."""

from typing import Any

SAFE: dict[str, Any] = {
    # Whatever the file declares: it was checked as UTF-8 and is parsed as UTF-8.
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""Arguments of every lxml parser."""
