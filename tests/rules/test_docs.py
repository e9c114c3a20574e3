"""What the documents name is there: every test, file, command, link, every requirement once."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

import openapi
from described import DESCRIPTION
from ebok.cli import ebok
from ebok.settings.model import Limits, Settings
from shown import TABLE, marks, shown, table

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
NAMED = re.compile(r"`((?:[\w-]+/)*[\w-]+\.\w+|)(?:::(\w+))?`")
DOCUMENTS = ("asvs.md", "shown-by.md", "threat-model.md", "tour.md")
# How many requirements of levels 1 and 2 each section of OWASP ASVS 5.0.0 has: they are the first
# ones of it, as those of level 3 stand behind them.
REQUIREMENTS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
WANTED = [f"{section}.{n}" for section, most in REQUIREMENTS.items() for n in range(1, most + 1)]
VERDICTS = ("met", "met in part", "not met", "not applicable")


@cache
def text(document: str) -> str:
    return (ROOT / "docs" / document).read_text("utf-8")


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(n.name for n in tree.body if isinstance(n, ast.FunctionDef))


def named(document: str):
    """(file, test) of every name in backquotes that is one; `::test` is of the file before it."""
    file = ""
    for match in NAMED.finditer(text(document)):
        file = match[1] or file
        if match[2] or "/" in match[1]:
            yield file, match[2] or ""


def place(file: str) -> Path:
    """Where it lies: below the root, the tests, the package or the front end."""
    roots = (ROOT, TESTS, ROOT / "backend" / "ebok", ROOT / "frontend")
    return next((r / file for r in roots if (r / file).is_file()), ROOT / file)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_and_file_that_is_named_exists(document):
    found = list(named(document))
    assert found
    for file, test in found:
        assert place(file).is_file(), file
        if test:
            assert test.startswith("test_"), test
            assert test in names_in(place(file)), f"{file}::{test}"


def commands_of(group: click.Group) -> list[click.Command]:
    """Those of features, too, which are imported when they are asked for."""
    context = click.Context(group)
    found = (group.get_command(context, name) for name in group.list_commands(context))
    return [command for command in found if command]


def test_every_promise_and_defence_is_shown_by_a_test():
    for prefix, document in (("P", "promises.md"), ("T", "threat-model.md")):
        rows = re.findall(rf"^\| ({prefix}[\d.]+) \|", text(document), re.M)
        assert len(rows) > 60
        assert len(set(rows)) == len(rows)
        marked = {row for row in shown() if row.startswith(prefix)}
        assert marked == set(rows) | (marked & set(re.findall(r"T\d+\.0", text(document))))


def test_marks_of_asvs_are_of_its_requirements():
    marked = {row.removeprefix("V") for row in shown() if row.startswith("V")}
    assert marked <= set(WANTED)


def test_one_test_types_the_default_of_a_setting():
    """The others ask for it: whoever changes a default changes one test."""
    found = [told for path in TESTS.rglob("test_*.py") for told in marks(path, "defaults")]
    assert len(found) == len({setting for setting, _test in found}) > 10
    for setting, test in found:
        assert hasattr(Settings, setting) or hasattr(Limits, setting), (setting, test)


def test_table_of_tests_is_that_of_the_marks():
    assert TABLE.read_text("utf-8") == table(), "make shown"


def test_schemas_of_the_api_are_those_of_types_and_forms():
    assert DESCRIPTION.read_text("utf-8") == openapi.whole(), "make openapi"


def commands(group: click.Group, path: str) -> Iterator[str]:
    for command in commands_of(group):
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {command.name}")
        else:
            yield f"`{path} {command.name}"


def test_every_command_stands_in_the_table_of_commands():
    table = "\n".join(line for line in text("operating.md").splitlines() if line.startswith("|"))
    told = list(commands(ebok, "ebok"))
    assert len(told) > 15
    for command in told:
        assert command in table, command
        assert len(re.findall(rf"^\| {re.escape(command)}\b", table, re.M)) <= 1, command


@pytest.mark.parametrize("document", [path.name for path in (ROOT / "docs").glob("*.md")])
def test_no_row_of_a_table_begins_like_another(document):
    for rows in re.findall(r"(?:^\|.*\n)+", text(document), re.M):
        firsts = re.findall(r"^\| (`[^|`]+`) \|", rows, re.M)
        assert len(set(firsts)) == len(firsts), firsts


@pytest.mark.parametrize("document", [path.name for path in (ROOT / "docs").glob("*.md")])
def test_every_link_leads_to_a_section(document):
    for file, anchor in re.findall(r"\]\(([\w./-]*\.md)?#([\w-]+)\)", text(document)):
        headings = re.findall(r"^#+ (.+)$", text(file or document), re.M)
        slugs = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
        assert anchor in slugs, (document, file, anchor)


def test_changelog_says_each_thing_once():
    """Its merges keep the lines of both sides: also those that one of them had rewritten."""
    parts = re.findall(r"^- \*+(.+?)\*", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert len(parts) > 10
    assert len(set(parts)) == len(parts), parts


def test_torture_runs_whatever_can_run_longer():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = re.search(r"^torture: setup.*\n((?:\t.*\n)+)", makefile, re.M)[1].split()
    places = {ROOT / name for name in named if name.startswith("tests/")}
    for file in TESTS.rglob("test_*.py"):
        if re.search(r"^from hypothesis import|^\w+ = .*TORTURE", file.read_text("utf-8"), re.M):
            assert places.intersection({file, *file.parents}), file.relative_to(ROOT)


def rows() -> list[list[str]]:
    """The requirements that docs/asvs.md has; one of its rows may stand for all that begin so."""
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text("asvs.md").splitlines()]
    cells = [[cell.strip() for cell in line] for line in lines]
    named = [row for row in cells if row and re.fullmatch(r"\d+\.(\d+\.)?(\d+|\*)", row[0])]
    return [[number, *row[1:]] for row in named for number in _numbers(row[0])]


def _numbers(number: str) -> list[str]:
    whole = number.removesuffix("*")
    return [n for n in WANTED if n.startswith(whole)] if number.endswith("*") else [number]


def test_every_requirement_has_one_row_and_a_verdict():
    assert sorted(row[0] for row in rows()) == sorted(WANTED)
    for number, level, *_words, verdict, why in rows():
        assert level in ("1", "2", "1, 2"), number
        assert verdict in VERDICTS, number
        assert len(why) > 10 or verdict in ("met", "not applicable"), number


def test_what_is_met_says_by_what():
    """A test, or the file where it can be read."""
    for number, *_words, verdict, why in rows():
        assert verdict != "met" or "`" in why or f"V{number}" in shown(), number


def test_figures_at_the_top_are_those_of_the_table():
    verdicts = [row[3] for row in rows()]
    for verdict in VERDICTS:
        told = re.search(rf"\*\*{verdict}\*\*: (\d+)", text("asvs.md"))
        assert told, verdict
        assert int(told[1]) == verdicts.count(verdict), verdict
