"""What the documents name is there: every test, file, command, link, every requirement once."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from ebok.cli import ebok

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
NAMED = re.compile(r"`((?:[\w-]+/)*[\w-]+\.\w+|)(?:::(\w+))?`")
DOCUMENTS = ("asvs.md", "promises.md", "threat-model.md")
# Numbers of OWASP ASVS 5.0.0, levels 1 and 2, of the chapters that docs/asvs.md goes through.
REQUIREMENTS = {
    "2.1": "123",
    "2.2": "123",
    "2.3": "1234",
    "2.4": "1",
    "3.2": "12",
    "3.3": "1234",
    "3.4": "123456",
    "3.5": "12345",
    "3.7": "12",
    "6.1": "123",
    "6.2": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
    "6.3": "1234",
    "6.4": "1234",
    "6.5": "12345",
    "6.6": "123",
    "6.8": "1234",
    "7.1": "123",
    "7.2": "1234",
    "7.3": "12",
    "7.4": "12345",
    "7.5": "12",
    "7.6": "12",
    "8.1": "12",
    "8.2": "123",
    "8.3": "1",
    "8.4": "1",
}
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
    assert len(found) > 30
    for file, test in found:
        assert place(file).is_file(), file
        if test:
            assert test.startswith("test_"), test
            assert test in names_in(place(file)), f"{file}::{test}"


def commands(group: click.Group, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"`{path} {name}"


def test_every_command_stands_in_the_table_of_commands():
    table = "\n".join(line for line in text("operating.md").splitlines() if line.startswith("|"))
    told = list(commands(ebok, "ebok"))
    assert len(told) > 15
    for command in told:
        assert command in table, command
        assert len(re.findall(rf"^\| {re.escape(command)}\b", table, re.M)) <= 1, command


@pytest.mark.parametrize("document", [path.name for path in (ROOT / "docs").glob("*.md")])
def test_no_row_of_a_table_begins_like_another(document):
    for table in re.findall(r"(?:^\|.*\n)+", text(document), re.M):
        firsts = re.findall(r"^\| (`[^|`]+`) \|", table, re.M)
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
    """The rows of docs/asvs.md that begin with a number of a requirement."""
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text("asvs.md").splitlines()]
    return [
        [cell.strip() for cell in line]
        for line in lines
        if line and re.fullmatch(r"\d\.\d\.\d+", line[0].strip())
    ]


def test_every_requirement_has_one_row_and_a_verdict():
    wanted = {f"{section}.{n}" for section, numbers in REQUIREMENTS.items() for n in numbers}
    numbers = [row[0] for row in rows()]
    assert sorted(numbers) == sorted(wanted)
    for number, level, *_words, verdict, why in rows():
        assert level in ("1", "2"), number
        assert verdict in VERDICTS, number
        assert len(why) > 10, number


def test_what_is_met_says_by_what():
    """A test, or the file where it can be read."""
    for number, *_words, verdict, why in rows():
        assert verdict != "met" or "`" in why, number


def test_figures_at_the_top_are_those_of_the_table():
    verdicts = [row[3] for row in rows()]
    for verdict in VERDICTS:
        told = re.search(rf"\*\*{verdict}\*\*: (\d+)", text("asvs.md"))
        assert told, verdict
        assert int(told[1]) == verdicts.count(verdict), verdict
