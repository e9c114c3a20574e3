"""The office under test: both databases, two web processes, a mail worker, a real SMTP server.

An office is started once per database and test process; every test has customers, addresses and
an internet address of its own, so that tests do not meet in a limit.
"""

import gc
import inspect
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

import cheap  # noqa: F401 before any hash is made
import composed_once  # noqa: F401 before any page is composed
import scratch
from ebok import database, features
from ebok.audit import chain
from ebok.database import database as handle, migrate
from office import SECRET, Office
from operator_fake import FakeOperator
from patience import HANG_SECONDS
from postgres import Postgres
from smtp import MailServer
from visitor import Visitor

KINDS = ("sqlite", "postgres")
CODE_IN_FULL = re.compile(r"\b39-\d{4}")
MASKED: set[int] = set()
"""Mails that were looked at."""
LONG = (
    "/reliability/",
    "billing/test_import_memory",
    "demo/test_town",
    "floor/test_migrations",
    "journeys/test_demo",
    "journeys/test_faces",
    "rules/test_contract",
    "security/test_audit_chain",
    "security/test_http_door",
    "security/test_slow_clients",
)
"""Whose tests take longest together, or wait longest, for a worker, a browser or a town."""
BENEFIT = (
    '{pl = "Z e-fakturą płacisz o 1 zł mniej każdego miesiąca.",'
    ' en = "With the e-invoice you pay 1 zł less every month.",'
    ' uk = "З електронним рахунком-фактурою Ви платите на 1 злотий менше щомісяця."}'
)

# The same examples in every run, however slow the machine; `make torture` tries many more.
settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("torture", settings.get_profile("steady"), max_examples=300)
settings.load_profile("torture" if os.environ.get("TORTURE") else "steady")

# Whoever asks without an office of its own.
features.register_parts()

# An office that starts on a busy machine may hold the lock for longer than ours of production.
database.PRAGMAS["busy_timeout"] = HANG_SECONDS * 1000


def pytest_configure() -> None:
    """Tests write into memory; the processes that share them are told by this one."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        scratch.begin()


def pytest_collection() -> None:
    """Thousands of tests are found, and none of them is garbage: nobody looks for it meanwhile."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From now on, and among what the tests make."""
    gc.freeze()
    gc.enable()


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: half of the time a test waits, for a mail or for a browser."""
    return 2 * (os.cpu_count() or 1)


class Sharing(LoadScopeScheduling):
    """A file's tests of one database stay on one process: what it prepares is prepared once.

    A process keeps to one kind of database as long as that has tests left, so that most of them
    start one office and not two. What waits long begins first: alone at the end it would be waited
    for. A journey at an office that is there already may go to whichever process is free. (The
    groups of xdist 3.8 do nothing with pytest 9.2, which keeps a test's name elsewhere.)
    """

    def _split_scope(self, nodeid: str) -> str:
        path, _, name = nodeid.partition("::")
        kind = re.search(rf"[\[-]({'|'.join(KINDS)})[\]-]", name)
        return nodeid if kind and "/journeys/" in path else f"{kind and kind[1]} {path}"

    def _assign_work_unit(self, node) -> None:
        kind = KINDS[int(node.gateway.id.removeprefix("gw")) % len(KINDS)]
        nearest = min(self.workqueue, key=lambda scope: self._distance(scope, kind))
        self.workqueue.move_to_end(nearest, last=False)
        super()._assign_work_unit(node)

    def _distance(self, scope: str, kind: str) -> tuple[bool, bool, bool, bool]:
        is_others = any(other in scope for other in KINDS) and kind not in scope
        is_long = any(name in scope for name in LONG)
        # One by one, these fill what is left at the end.
        is_single = "::" in scope
        return is_others, not is_long, is_single, kind not in scope


def pytest_xdist_make_scheduler(config, log) -> Sharing:
    """How tests are dealt out to the processes."""
    return Sharing(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The Postgres server, with a migrated template."""
    with Postgres() as server:
        _migrate(server.create("migrated"))
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "ebok.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    database.connect(url)
    names = migrate.migrate()
    with database.connection():
        chain.begin_if_new(names, SECRET)
    handle.close_all()


def pytest_generate_tests(metafunc) -> None:
    """On which databases a test is tried.

    Both, if it is marked `dialect` or asks for `kind` itself; every test where BOTH is set, as CI
    does. Else SQLite.
    """
    if "kind" in metafunc.fixturenames and not _is_told_which(metafunc):
        is_dialect = metafunc.definition.get_closest_marker("dialect")
        asks_itself = "kind" in inspect.signature(metafunc.function).parameters
        both = os.environ.get("BOTH") or is_dialect or asks_itself
        kinds = KINDS if both else KINDS[:1]
        metafunc.parametrize("kind", kinds, indirect=True, scope="session")


def _is_told_which(metafunc) -> bool:
    given = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    return any("kind" in re.findall(r"\w+", str(names)) for names in given)


@pytest.fixture(scope="session")
def kind(request) -> str:
    """Which database."""
    return request.param


def _new_url(kind: str, request) -> str:
    if kind == "postgres":
        server = request.getfixturevalue("postgres")
        return server.create(f"office_{secrets.token_hex(6)}", "migrated")
    path = request.getfixturevalue("tmp_path_factory").mktemp("office") / "ebok.sqlite3"
    shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def database_url(kind, request) -> Iterator[str]:
    """An empty, migrated database of each kind, gone after the test."""
    url = _new_url(kind, request)
    yield url
    if kind == "postgres":
        request.getfixturevalue("postgres").drop(url.rpartition("/")[2])


@pytest.fixture
def other_database_url(kind, request) -> Iterator[str]:
    """A second one, where two offices are compared."""
    url = _new_url(kind, request)
    yield url
    if kind == "postgres":
        request.getfixturevalue("postgres").drop(url.rpartition("/")[2])


@pytest.fixture(scope="session")
def start(request, tmp_path_factory) -> Iterator[Callable]:
    """Starts an office on this kind of database, and keeps it open until all tests have ended.

    One for each operator and `name`.
    """
    with ExitStack() as opened:

        @cache
        def start(kind: str, operator: FakeOperator | None = None, name: str = "") -> Office:
            post = opened.enter_context(MailServer())
            url, folder = _new_url(kind, request), tmp_path_factory.mktemp("office")
            environment = _furnish(folder) | operator.settings() if operator else {}
            return opened.enter_context(Office(url, folder, post, **environment))

        yield start


def _furnish(folder: Path) -> dict[str, str]:
    """Settings that add to pages, letters and papers what is off by default, or not yet."""
    (folder / "ebok.toml").write_text(f"[utility]\ne_invoice_benefit = {BENEFIT}\n", "utf-8")
    title_from = {"EBOK_KSEF_NUMBER_IN_TITLE_FROM": "2026-01-01"}
    return {"EBOK_CONFIG": str(folder / "ebok.toml")} | title_from


@contextmanager
def _beside(office: Office) -> Iterator[Office]:
    """The office, with this process's tables pointed at its database."""
    database.connect(office.database_url)
    handle.connect(reuse_if_open=True)
    yield office
    handle.close_all()
    _require_masked(office)


def _require_masked(office: Office) -> None:
    """No mail of any test tells a customer code: whoever reads a mailbox must not learn it."""
    for mail in office.post.mails:
        if id(mail) not in MASKED:
            MASKED.add(id(mail))
            for told in (mail.subject, mail.text, mail.html):
                assert not CODE_IN_FULL.search(told), mail.subject


@pytest.fixture
def office(kind, start) -> Iterator[Office]:
    """The office that most tests visit."""
    with _beside(start(kind)) as office:
        yield office


@pytest.fixture(scope="session")
def operator() -> Iterator[FakeOperator]:
    """A payment operator, at which `paying_office` is a shop."""
    with FakeOperator() as somebody:
        yield somebody


@pytest.fixture
def paying_office(kind, operator, start) -> Iterator[Office]:
    """An office whose customers can pay online, with whatever else is off by default.

    One of its own: an operator changes the policy of every page.
    """
    with _beside(start(kind, operator)) as office:
        yield office


@pytest.fixture
def visitor(office) -> Iterator[Visitor]:
    """Somebody at a browser, at an internet address of their own."""
    with Visitor(office) as somebody:
        yield somebody


@pytest.fixture
def other_visitor(office) -> Iterator[Visitor]:
    """Somebody else, elsewhere."""
    with Visitor(office) as somebody:
        yield somebody
