"""Where things live: the floor, the features, the files in them, and who may import whom."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from ebok import features
from ebok.parts import PARTS

HOUSE = Path(features.__file__).parent
FLOOR = {
    "access",
    "audit",
    "database",
    "files",
    "mail",
    "one_time_codes",
    "pages",
    "parts",
    "pdf",
    "server",
    "settings",
    "values",
}
FEATURES = {path.parent.name for path in HOUSE.glob("*/__init__.py")} - FLOOR
# The tables of contents: they read every feature, and nobody imports them.
COLLECTORS = {"ebok.app", "ebok.cli", "ebok.features", "ebok.__main__"}
AS_TEXT = {"ebok.features", "ebok.server.serve"}
"""What imports by text: the list of features, and what is read before the fork, to share it."""
KINDS = {
    "commands",
    "errors",
    "forms",
    "jobs",
    "letters",
    "models",
    "operations",
    "routes",
    "serializers",
    "texts",
}
"""A file of a feature is one of these, or `<kind>_<noun>`."""
ITS_OWN = {"routes", "forms", "commands", "jobs", "letters"}
"""What no other feature imports."""
FORMATS = {
    "billing": """bundle bundle_copies buyers changed_rows columns columns_text delta dialect
        differences documents encoding excel fa3_import fa3_rows jpk jpk_rows layout layouts
        lost_letters manifest numerals quantities records rows staging""",
    "ksef": """annotations attachment conditions corrections element_reader element_values fa2
        ignored_elements invoice jpk kinds lines meters notes numbers parties people qr reading
        sale schema settlement sums xml_options""",
}
"""These two are also split by the part of a format that they read."""


def name_of(path: Path) -> str:
    parts = ("ebok", *path.relative_to(HOUSE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


FILES = {name_of(path): path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts}


@cache
def imports(name: str) -> frozenset[str]:
    """The files of the house that a file imports, within functions too."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ebok"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in FILES else node.module)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found & FILES.keys() - {name, "ebok"})


def feature_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FEATURES else None


def test_floor_is_small():
    alone = [name for name, path in FILES.items() if path.parent == HOUSE and "__" not in path.name]
    assert len(alone) <= 15, sorted(alone)


def test_files_of_a_feature_have_the_ten_names():
    for name, path in FILES.items():
        feature = feature_of(name)
        if feature and path.name != "__init__.py":
            is_format = path.stem in FORMATS.get(feature, "").split()
            assert is_format or path.stem.split("_")[0] in KINDS, name
            assert not path.stem.startswith("routes_") or path.stem == "routes_office", name


def test_every_import_is_one_that_these_tests_see():
    """Whole names, none of them relative; as text only where it is said why."""
    for name, path in FILES.items():
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        assert not any(isinstance(node, ast.ImportFrom) and node.level for node in nodes), name
        whole = {
            alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
        }
        assert "ebok" not in whole, name
        named = {node.id for node in nodes if isinstance(node, ast.Name)}
        assert name in AS_TEXT or not named & {"import_module", "__import__"}, name


def test_floor_imports_no_feature():
    for name in FILES:
        if not feature_of(name) and name not in COLLECTORS:
            assert not {other for other in imports(name) if feature_of(other)}, name


def test_nobody_imports_what_collects_the_features():
    for name in FILES.keys() - COLLECTORS:
        assert not imports(name) & COLLECTORS, name


def test_features_keep_routes_forms_and_commands_to_themselves():
    for name in FILES:
        for other in imports(name):
            if name in COLLECTORS or feature_of(name) == feature_of(other) or not feature_of(other):
                continue
            kind = other.split(".")[2].split("_")[0] if other.count(".") > 1 else ""
            # A form may extend another feature's form, and only a form may.
            extends = kind == "forms" and name.split(".")[2] == "forms"
            assert kind not in ITS_OWN or extends, (name, other)


def test_no_file_imports_itself_by_way_of_others():
    graph = {name: set(imports(name)) for name in FILES}
    while graph:
        free = {name for name, needs in graph.items() if not needs & graph.keys()}
        assert free, {name: needs & graph.keys() for name, needs in graph.items()}
        graph = {name: needs for name, needs in graph.items() if name not in free}


UNUSED_BY_AN_IMPORT = re.compile(
    r"PIL|babel.messages|captcha|granian|lxml|phonenumbers|weasyprint|aiosmtpd|zxcvbn"
    r"|ebok\.(app|captcha|demo|pages|profile|verification)"
    r"|ebok\.(documents\.operations|ksef\.invoice|mail\.render|notifications\.letters)$"
    r"|ebok\.\w+\.(routes|forms)"
)
"""Modules that would make every import of billing start later."""


def test_a_command_imports_what_it_needs():
    asked = "import sys; from ebok.cli import ebok; ebok.get_command(None, 'import')"
    words = [sys.executable, "-c", f"{asked}; print(*sys.modules)"]
    told = subprocess.run(words, capture_output=True, check=True, text=True).stdout.split()
    assert "ebok.billing.commands" in told
    assert not [name for name in told if UNUSED_BY_AN_IMPORT.match(name)]


ONLY_COMMANDS = re.compile(r"(.*\.commands\w*|ebok\.__main__|ebok\.cli|ebok\.pdf\.renderer)$")
"""Files that no served process runs."""


def test_what_is_imported_late_is_loaded_before_the_fork(tmp_path):
    late = set()
    for name, path in FILES.items():
        if not ONLY_COMMANDS.match(name):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                late |= _imported_within(node) if isinstance(node, ast.FunctionDef) else set()
    own = "import sys; from ebok import app, settings; from ebok.server import serve; "
    # A folder that holds no compiled catalogues: what compiles them is for once, at the start.
    chosen = "settings.Settings(secret_key='s' * 40, data_dir=pathlib.Path(sys.argv[1]))"
    made = f"import pathlib; app.create_app({chosen}); serve.load_late()"
    words = [sys.executable, "-c", f"{own}{made}; print(*sys.modules)", str(tmp_path)]
    told = subprocess.run(words, capture_output=True, check=True, text=True).stdout.split()
    assert "phonenumbers" in late
    # The last: see LATE, and docs/decisions/0026.
    seldom = {"webauthn", "httpx", "joserfc", "joserfc.errors", "joserfc.jwk"}
    assert not late - {*told, "resource", "tempfile", *seldom}
    listed = [
        place for each in features.FEATURES for part in PARTS for place in getattr(each, part)
    ]
    named = {f"ebok.{place.partition(':')[0]}" for place in listed}
    assert not named - {*told}


def _imported_within(function: ast.FunctionDef) -> set[str]:
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names} & FILES.keys()
            found |= whole or {node.module}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found
