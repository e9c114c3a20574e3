"""What holds for the house: settings, catalogues, migrations, mails, names. See test_layout.py."""

import ast
import re
import tomllib
from dataclasses import fields
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from peewee import sort_models
from playhouse.schema_diff import diff_models

from ebok import database, parts, settings
from ebok.database import migrate
from ebok.languages import CATALOGUES, LANGUAGES
from ebok.mail.kinds import letters
from ebok.pages.static import FRONTEND

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "backend" / "ebok"


def test_only_settings_read_the_environment():
    readers = {
        path.relative_to(HOUSE).as_posix()
        for path in HOUSE.rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    # The demo writes into it, for the processes that it starts.
    assert readers <= {"settings/__init__.py", "demo/commands.py"}


def test_nobody_takes_the_settings_out_of_flasks():
    # There they have no type: `settings.current()` gives them one.
    askers = [path.name for path in HOUSE.rglob("*.py") if 'config["EBOK"]' in path.read_text()]
    assert askers == ["__init__.py"], askers


def test_types_of_every_file_are_judged():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pyright"]
    assert told["include"] == ["backend/ebok"]
    # A migration that has landed never changes.
    assert told["exclude"] == ["backend/ebok/migrations/0*.py"]
    assert told["typeCheckingMode"] == "strict"
    assert not told.get("ignore")
    for path in HOUSE.rglob("*.py"):
        assert not re.search("# pyright: (basic|standard|strict)", path.read_text("utf-8")), path
    assert len(told["strict"]) >= 221
    for name in told["strict"]:
        assert (ROOT / name).is_file(), name


@pytest.mark.shows("V2.1.3")
def test_every_setting_is_documented():
    told = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for kind in (settings.Settings, settings.Limits, settings.Utility, settings.Imoje):
        for field in fields(kind):
            assert f"`{field.name}`" in told, field.name


def test_documented_defaults_are_those_of_the_code():
    told = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", told, re.M))
    kinds = (settings.Settings, settings.Limits, settings.Utility, settings.Imoje)
    numbers = {f.name: f.default for kind in kinds for f in fields(kind) if is_number(f.default)}
    assert len(rows.keys() & numbers) > 50
    for name in rows.keys() & numbers:
        assert float(rows[name].replace(" ", "").replace(",", "")) == numbers[name], name


def is_number(default: object) -> bool:
    return isinstance(default, int | float) and not isinstance(default, bool)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    assert len(catalogue) > 300
    for message in catalogue:
        if message.id:
            strings = [message.string] if isinstance(message.string, str) else message.string
            assert all(strings), message.id
            assert not message.fuzzy, message.id
            assert not message.check or not list(message.check(catalogue)), message.id


NEVER_SAID = re.compile(
    r"(?<!-)\b[Mm]ails?\b(?! servers?\b| worker\b)|\bdue day|\bfalls? due|in your favour"
    r"|\bcall for payment|\bType\b|\btyped\b|\bpresent (password|address)|\bring the\b"
    r"|\bpapers\b"
)

# рахунок-фактура is an invoice, банківський рахунок a bank account; either word alone may be both.
UNCLEAR_IN_UKRAINIAN = re.compile(
    r"(?<!банківський )(?<!банківського )(?<!банківські )(?<!банківських )"
    r"\bрахун(?:ок|к\w{0,3})\b(?![-\u2011])|(?<![-\u2011\w])фактур\w*",
    re.IGNORECASE,
)


def test_english_says_what_the_glossary_says():
    with (CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        sentences = [each for message in read_po(file) if message.id for each in told(message)]
    wrong = [each for each in sentences if NEVER_SAID.search(re.sub(r"`[^`]*`", "", each))]
    assert wrong == []


def test_ukrainian_has_one_word_for_an_invoice():
    with (CATALOGUES / "uk" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        texts = [str(message.string) for message in read_po(file) if message.id]
    texts += [path.read_text() for path in (FRONTEND / "texts").glob("*.uk.html")]
    assert len(texts) > 300
    assert [found[0] for text in texts for found in UNCLEAR_IN_UKRAINIAN.finditer(text)] == []


def told(message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


@cache
def sentences() -> set[str | tuple[str, str]]:
    """Every sentence of the code, read once."""
    from catalogue import extracted

    return {message.id for message in extracted() if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_every_sentence_of_the_code(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    assert sentences() == {message.id for message in catalogue if message.id}


def test_every_letter_has_all_its_templates():
    templates = HOUSE / "mail" / "templates"
    for name in letters():
        for kind in ("subject.txt", "txt", "html"):
            assert (templates / f"{name}.{kind}").exists(), (name, kind)


@cache
def all_tables() -> list:
    """Every table of the house."""
    for path in HOUSE.rglob("models*.py"):
        import_module(".".join(("ebok", *path.relative_to(HOUSE).with_suffix("").parts)))
    parts.load()
    found, waiting = [], [database.Table]
    while waiting:
        children = waiting.pop().__subclasses__()
        waiting += children
        ours = [table for table in children if table.__module__.startswith("ebok.")]
        # What others inherit from is no table of its own.
        found += [table for table in ours if not table.__subclasses__()]
    return sort_models(found)


@pytest.mark.dialect
def test_migrations_make_what_the_models_say(database_url):
    database.connect(database_url)
    migrate.require_current()
    with database.connection():
        assert not diff_models(database.database.obj, all_tables())
    database.database.close_all()


def test_no_file_is_too_long():
    for path in [*HOUSE.rglob("*.py"), *(ROOT / "frontend" / "scripts").rglob("*.js")]:
        assert len(path.read_text("utf-8").splitlines()) <= 300, path


def test_functions_are_short():
    lengths = []
    for path in HOUSE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                lengths.append(node.end_lineno - node.lineno + 1)
                assert lengths[-1] <= 60, (path, node.name)
    assert sorted(lengths)[len(lengths) // 2] <= 9


def test_public_things_say_what_they_are_for():
    for path in HOUSE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                # Of the signatures of one function, the last one tells of all.
                if "overload" in map(ast.unparse, node.decorator_list):
                    continue
                assert ast.get_docstring(node), (path, node.name)


def test_comparisons_take_from_each_other_only_what_is_there():
    """They run once in a while; a name that was changed beside them would be found late."""
    made = {path.stem: ast.parse(path.read_text()) for path in (ROOT / "bench").glob("*.py")}
    for name, tree in made.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bench."):
                there = _names(made[node.module.removeprefix("bench.")])
                assert {each.name for each in node.names} <= there, (name, node.module)


def _names(tree: ast.Module) -> set[str]:
    """What a file defines at its outermost level."""
    stored = (n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id.isupper())
    return {*stored, *(node.name for node in tree.body if hasattr(node, "name"))}
