"""`make shown`: docs/shown-by.md, which tests show what the other documents promise.

A test says it itself, `@pytest.mark.shows("P12", "T3.3", "V2.2.1")`, with the numbers of rows of
docs/promises.md (P), docs/threat-model.md (T) and docs/asvs.md (V); `pytestmark` says it of a file.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
TABLE = ROOT / "docs" / "shown-by.md"
DOCUMENTS = {"P": "promises.md", "T": "threat-model.md", "V": "asvs.md"}
HEAD = """# Which test shows what

Made by `make shown` of the marks on the tests; `pytest -m shows` runs them all. Files lie below
`tests/`.
"""


@cache
def shown() -> dict[str, list[str]]:
    """The tests of each row, as pytest calls them."""
    found = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for row, test in marks(path, "shows"):
            found[row].append(path.relative_to(TESTS).as_posix() + test)
    return found


def marks(path: Path, kind: str) -> Iterator[tuple[str, str]]:
    """(argument, test) of each pytest mark of this kind in a file."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found, name = node.decorator_list, f"::{node.name}"
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            found, name = getattr(node.value, "elts", [node.value]), ""
        else:
            continue
        for mark in found:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{kind}":
                yield from ((ast.literal_eval(row), name) for row in mark.args)


def table() -> str:
    """The document."""
    lines = [HEAD.rstrip()]
    found = shown()
    for prefix, document in DOCUMENTS.items():
        lines += ["", f"## [{document}]({document})", "", "| # | tests |", "|---|---|"]
        rows = sorted((row for row in found if row.startswith(prefix)), key=_order)
        lines += [f"| {row} | {_in_words(found[row])} |" for row in rows]
    return "\n".join(lines) + "\n"


def _order(row: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", row)]


def _in_words(tests: list[str]) -> str:
    """Tests one after another, each file named once."""
    words, former = [], ""
    for test in tests:
        file, _, name = test.partition("::")
        words.append(f"`::{name}`" if file == former and name else f"`{test}`")
        former = file
    return ", ".join(words)


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
