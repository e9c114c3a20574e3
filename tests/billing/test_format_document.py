"""docs/billing-format.md: its examples are imported as they stand, and its columns are ours."""

import re
from pathlib import Path

import pytest

from billing.bundles import as_zip
from ebok.billing.layouts import DELETED_COLUMN, layouts
from ebok.billing.staging import DELETED
from ebok.settings import Settings

TEXT = (Path(__file__).parents[2] / "docs" / "billing-format.md").read_text("utf-8")
LEFT_OUT = "may be left out"


def examples() -> dict[str, str]:
    """The files in the document, by name; known by their columns, as they are of no other."""
    parts = [
        part for block in re.findall(r"```\n(.*?)```", TEXT, re.S) for part in block.split("\n\n")
    ]
    needed = {
        each.name: [c.name for c in each.columns if not c.optional] for each in layouts(Settings())
    }
    return {
        name: part
        for part in parts
        for name, columns in needed.items()
        if part.splitlines()[0].split(";") == columns
    }


def described(section: str) -> dict[str, str]:
    """What the tables of a section say of each column: whether it may be empty."""
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| (yes|no|may be left out) \|", section, re.M)
    return {name: word for names, word in rows for name in re.findall(r"`(\w+)`", names)}


@pytest.mark.shows("P90")
def test_examples_of_the_document_are_imported_as_they_stand(office, tmp_path):
    files = examples()
    assert set(files) == {each.name for each in layouts(Settings())}
    bundle = as_zip(tmp_path / "bundle.zip", files)
    output = office.run(bundle)
    for word in ("Set aside", "Warnings", "Ignored", "Lines that do not add up", "Worth a look"):
        assert word not in output, output
    whole = r"\.csv: [1-9]\d* rows?: [1-9]\d* new, 0 changed, 0 unchanged"
    assert len(re.findall(whole, output)) == 8
    assert "Nothing to change" in office.run(bundle)


@pytest.mark.parametrize("layout", layouts(Settings()), ids=lambda each: each.name)
def test_every_column_is_described_and_no_other(layout):
    sections = re.split(r"^### ", TEXT, flags=re.M)
    [section] = [s for s in sections if layout.name in s.split("\n", 1)[0]]
    told = described(section)
    own = {c.name: c.optional for c in layout.columns if c is not DELETED_COLUMN}
    for name, is_optional in own.items() if told else ():
        assert name in told, name
        assert (told[name] == LEFT_OUT) == is_optional, name
    if section.count(".csv") and "points.csv" not in section:
        assert set(told) <= set(own)
    assert DELETED in TEXT
