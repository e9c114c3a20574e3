"""Whatever is sent, the answer is one that docs/openapi.yaml tells of, and never a crash.

Each call is tried on one of the databases in every run, and on both by `make torture`.
"""

import os

import pytest

from described import operations

pytestmark = [pytest.mark.dialect, pytest.mark.shows("V2.1.1", "V4.1.1", "V15.3.1")]

OPERATIONS = operations()
WIZARD = [name for name, op in OPERATIONS.items() if op["path"].startswith("/api/registration")]
INSIDE = ["showSession", "signIn", "signOut", "showAccount", "changePassword"]
TAGS = {"my-data", "invoices", "documents", "payments", "use", "genuine"}
PAPERS = [name for name, op in OPERATIONS.items() if TAGS.intersection(op["tags"])]
CALLS = [
    *(("anonymous", name) for name in OPERATIONS),
    *((kind, name) for kind in ("registering", "proven") for name in WIZARD),
    *((kind, name) for kind in ("temporary", "customer") for name in INSIDE),
    *(("customer", name) for name in PAPERS),
]
IS_TORTURE = bool(os.environ.get("TORTURE"))
ON_SQLITE, ON_POSTGRES = (CALLS, CALLS) if IS_TORTURE else (CALLS[::2], CALLS[1::2])


@pytest.fixture(autouse=True)
def at_its_database() -> None:
    """Calls go to an installation: no application is made in here."""


@pytest.fixture(scope="session")
def try_often():
    """Read only by the processes that try: Schemathesis takes two seconds of a core."""
    from rules.generated import try_often

    return try_often


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kind_of_caller", "call"), ON_SQLITE, ids=map("-".join, ON_SQLITE))
def test_every_answer_on_sqlite_is_described(office, try_often, kind_of_caller, call):
    try_often(office, kind_of_caller, call)


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
@pytest.mark.parametrize(("kind_of_caller", "call"), ON_POSTGRES, ids=map("-".join, ON_POSTGRES))
def test_every_answer_on_postgres_is_described(office, try_often, kind_of_caller, call):
    try_often(office, kind_of_caller, call)
