"""The baseline: bare Flask views with our queries in raw SQL.

Same server, processes, threads and cookies, but no access checks, CSRF, forms, languages or
headers: the difference is their cost.
"""

import os
import threading
from datetime import UTC, datetime, timedelta

import cysqlite
import psycopg
from flask import Flask, request, session

from ebok.tokens import hash_token, sign

ACCOUNT = """
SELECT s.*, a.* FROM session AS s JOIN account AS a ON a.id = s.account_id
WHERE s.token_hash = ? AND s.seen_at > ? AND s.started_at > ? AND a.frozen_at IS NULL
"""
REGISTRATION = "SELECT id FROM registration WHERE token_hash = ? AND expires_at > ?"
SPEND = """
UPDATE registration SET code_attempts_left = code_attempts_left - 1
WHERE id = ? AND code_attempts_left > 0 AND code_expires_at > ?
"""
FRESH = "SELECT code_hash, code_attempts_left FROM registration WHERE id = ?"

app = Flask("bare")
app.secret_key = os.environ.get("BARE_SECRET", "")
app.config["SESSION_COOKIE_NAME"] = "ebok_session"
own = threading.local()


@app.get("/api/session")
def show_session():
    """Who is signed in here."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    since = moment - timedelta(minutes=30), moment - timedelta(hours=12)
    found = execute(ACCOUNT, hash_token(session["_user_id"]), *map(str, since)).fetchone()
    return {"session": {"signed_in": found is not None, "csrf_token": session["csrf_token"]}}


@app.post("/api/registration/code")
def confirm_code():
    """Answer a wrong code."""
    moment = str(datetime.now(UTC).replace(tzinfo=None))
    code = request.get_json()["code"]
    [number] = execute(REGISTRATION, hash_token(session["registration"]), moment).fetchone()
    execute(SPEND, number, moment)
    code_hash, left = execute(FRESH, number).fetchone()
    right = code_hash == sign("code", f"{number}\0{code}", app.secret_key).hex()
    return {"right": right, "attempts_left": left}, 200 if right else 422


def execute(sql: str, *values):
    """Run a statement on this thread's own connection."""
    if not hasattr(own, "connection"):
        own.connection = _connect(os.environ["BARE_DATABASE"])
    if isinstance(own.connection, psycopg.Connection):
        sql = sql.replace("?", "%s")
    return own.connection.execute(sql, values)


def _connect(url: str):
    if url.startswith("postgresql:"):
        return psycopg.connect(url, autocommit=True)
    connection = cysqlite.connect(url.removeprefix("sqlite:///"), timeout=10)
    for pragma in ("journal_mode=wal", "synchronous=full"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
