"""Connections of requests: each has one from the pool, which may be kept from writing."""

from flask import Flask, g, request
from peewee import PeeweeException

from ebok.database import database, is_postgres

READ_ONLY = {True: "SET default_transaction_read_only = {}", False: "PRAGMA query_only = {}"}
"""The statement that forbids, or allows, a connection all writes; by whether it is Postgres."""


def register(app: Flask) -> None:
    """Give every request of `app` a connection, unless it has one."""

    @app.before_request
    def lend() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "needs_database", True):
            g.connection_lent = database.connect(reuse_if_open=True)

    @app.teardown_request
    def take_back(_fault: BaseException | None) -> None:
        if g.pop("writes_forbidden", False):
            _allow_writes()
        if g.pop("connection_lent", False) and not database.is_closed():
            database.close()


def forbid_writes() -> None:
    """Have the database refuse every write for the rest of this request."""
    g.writes_forbidden = True
    database.execute_sql(READ_ONLY[is_postgres()].format(1))


def _allow_writes() -> None:
    """Have the request's connection take writes again; if it cannot, nobody gets it any more."""
    try:
        database.execute_sql(READ_ONLY[is_postgres()].format(0))
    except PeeweeException:
        database.obj.manual_close()
