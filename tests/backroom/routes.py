"""Routes and sessions of the test realm."""

from pathlib import Path

from flask import Blueprint, request
from flask_wtf.csrf import generate_csrf
from peewee import BooleanField, CharField

from ebok import access
from ebok.access import (
    ADMINISTRATOR,
    CLERK,
    STAFF,
    Person,
    Role,
    Sessions,
    actor,
    anyone,
    current_user,
    requires,
    signed_in,
)
from ebok.database import Table
from ebok.errors import DoFirst, Forbidden
from ebok.pages.frames import Frame, Page
from ebok.tokens import hash_token, new_token

routes = Blueprint("backroom", __name__)


class Seat(Table):
    """Who of the backroom is signed in."""

    token_hash = CharField(primary_key=True)
    name = CharField()
    role = CharField()
    has_second_factor = BooleanField()


class NeedsSecondFactor(DoFirst):
    """One has to be set up first."""

    code = "needs-second-factor"
    page = "/biuro/drugi-skladnik"


def find_person(token: str, _prolongs: bool = True) -> Person | None:
    """Who holds this session."""
    found = Seat.get_or_none(Seat.token_hash == hash_token(token))
    if found is None:
        return None
    first = None if found.has_second_factor else NeedsSecondFactor
    return Person(STAFF, token, found.name, found, frozenset({Role(found.role)}), first)


@routes.get("/api/biuro/session")
@anyone
def show_session():
    """The token that changes want."""
    return {"session": {"signed_in": current_user.is_authenticated, "csrf_token": generate_csrf()}}


@routes.post("/api/biuro/session")
@anyone
def sign_in():
    """Let anybody in who says who they are."""
    token = new_token()
    Seat.create(token_hash=hash_token(token), **request.json)
    access.sign_in(find_person(token))
    return {"session": {"csrf_token": generate_csrf()}}, 201


@routes.delete("/api/biuro/session")
@signed_in(STAFF)
def sign_out():
    """End it."""
    current_user.account.delete_instance()
    access.sign_out()
    return "", 204


@routes.get("/api/biuro/desk")
@requires(STAFF, CLERK)
def show_desk():
    """A view for clerks."""
    return {"desk": {"actor": str(actor())}}


@routes.put("/api/biuro/desk")
@requires(STAFF, ADMINISTRATOR)
def move_desk():
    """A view for administrators only."""
    return {"desk": {"actor": str(actor())}}


@routes.delete("/api/biuro/desk")
@requires(STAFF, asks_again=True)
def burn_desk():
    """What is grave."""
    return "", 204


def again():
    """Who says the word has shown who they are."""
    if request.headers.get("X-Word") != "kaczka":
        raise Forbidden()


@routes.get("/api/elsewhere")
@requires(STAFF)
def misplaced():
    """Where the cookie of customers counts."""
    return {"elsewhere": {}}


PAGES = (Page("/biuro/okno", "biuro/okno", requires(STAFF), Frame.STAFF, Path(__file__).parent),)
SESSIONS = Sessions(STAFF, find_person, again)
