"""How XML from outside is parsed: as UTF-8, without entities, DTD, network, comments."""

SAFE = {
    # Whatever a file says of itself, or looks like: what was checked as UTF-8 is read as such.
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
"""Arguments of every parser of lxml."""
