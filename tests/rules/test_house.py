"""What holds for the house: imports, settings, catalogues, migrations, mails, names."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from peewee import sort_models
from playhouse.schema_diff import diff_models

from ebok import database, settings
from ebok.database import migrate
from ebok.languages import CATALOGUES, LANGUAGES

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "backend" / "ebok"
FLOOR = {"mail", "printing"}
FEATURES = {path.name for path in HOUSE.iterdir() if (path / "__init__.py").exists()} - FLOOR
# The table of contents, and the commands that collect the features.
COLLECTORS = {"app", "cli"}


def imports(path: Path) -> set[str]:
    """The modules of the house that a file imports at its top."""
    names = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ebok"):
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("ebok")}
    return names


def feature_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FEATURES else None


def test_floor_imports_no_feature():
    packaged = [path for name in FLOOR for path in (HOUSE / name).glob("*.py")]
    for path in [*HOUSE.glob("*.py"), *packaged]:
        if path.stem not in COLLECTORS:
            assert not {name for name in imports(path) if feature_of(name)}, path


def test_features_import_only_models_and_operations_of_each_other():
    for path in HOUSE.glob("*/*.py"):
        own = path.parent.name
        for name in imports(path):
            feature = feature_of(name)
            if own in FEATURES and feature and feature != own:
                parts = name.split(".")
                assert len(parts) < 3 or parts[2] not in ("routes", "forms", "commands"), (
                    path,
                    name,
                )


def test_features_import_each_other_in_one_direction():
    graph = {feature: set() for feature in FEATURES}
    for path in HOUSE.glob("*/*.py"):
        if path.parent.name in FEATURES:
            found = {feature_of(name) for name in imports(path)} - {None, path.parent.name}
            graph[path.parent.name] |= found
    done = set()
    while graph:
        free = {feature for feature, needs in graph.items() if needs <= done}
        assert free, f"a circle among {graph}"
        done |= free
        graph = {feature: needs for feature, needs in graph.items() if feature not in free}


def test_only_settings_read_the_environment():
    readers = {
        path.name
        for path in HOUSE.rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    # The demo writes into it, for the processes that it starts.
    assert readers <= {"settings/__init__.py", "commands.py"}


def test_every_setting_is_documented():
    told = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for kind in (settings.Settings, settings.Limits, settings.Utility, settings.Imoje):
        for field in fields(kind):
            assert f"`{field.name}`" in told, field.name


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_every_sentence_of_the_code(language):
    from catalogue import extracted

    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    wanted = {message.id for message in extracted() if message.id}
    kept = {message.id for message in catalogue if message.id}
    assert wanted == kept


def test_every_letter_has_all_its_templates():
    from ebok.mail.kinds import NAMES

    templates = HOUSE / "mail" / "templates"
    for name in NAMES:
        for kind in ("subject.txt", "txt", "html"):
            assert (templates / f"{name}.{kind}").exists(), (name, kind)


def all_tables() -> list:
    """Every table of the house."""
    found, waiting = [], [database.Table]
    while waiting:
        children = waiting.pop().__subclasses__()
        waiting += children
        found += [table for table in children if table.__module__.startswith("ebok.")]
    return sort_models(found)


@pytest.mark.dialect
def test_migrations_make_what_the_models_say(database_url):
    from ebok import app  # noqa: F401 every feature

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
                assert ast.get_docstring(node), (path, node.name)
