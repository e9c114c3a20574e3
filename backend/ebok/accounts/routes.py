"""Sessions and passwords."""

from flask import Blueprint, request
from flask_wtf.csrf import generate_csrf

from ebok import access
from ebok.access import CUSTOMER, actor, anyone, current_user, signed_in
from ebok.accounts import (
    operations,
    operations_known_browsers as known_browsers,
    operations_links as links,
    operations_sessions as sessions,
    serializers,
)
from ebok.accounts.forms import AskResetForm, LoginForm, PasswordForm, ResetForm, TokenForm
from ebok.accounts.models import Account
from ebok.accounts.serializers import SessionJson
from ebok.forms import read
from ebok.headers import keep_cookie, kept_cookie
from ebok.languages import language

routes = Blueprint("accounts", __name__)
KNOWN_COOKIE = "ebok_known"


@routes.get("/session")
@anyone
def show_session():
    """Who is signed in, and the CSRF token."""
    return {"session": _session()}


def _session() -> SessionJson:
    return serializers.session(current_user.account, generate_csrf())


@routes.post("/session")
@anyone
def sign_in():
    """Log in."""
    form = read(LoginForm)
    code, password = form.customer_code.data, form.password.data or ""
    token, account = sessions.sign_in(
        actor(), code, password, kept_cookie(KNOWN_COOKIE), request.user_agent.string
    )
    if current_user.is_authenticated:
        # End the browser's former session: its cookie is about to be replaced.
        sessions.sign_out(current_user.actor, current_user.account)
    access.sign_in(sessions.person_of(token, account))
    _know_browser(account)
    return {"session": _session()}, 201


def _know_browser(account: Account) -> None:
    """Remember this browser for a year; it is exempt from lockouts of its network and code."""
    keep_cookie(KNOWN_COOKIE, known_browsers.add_browser(account, kept_cookie(KNOWN_COOKIE)))


@routes.delete("/session")
@signed_in(CUSTOMER)
def sign_out():
    """Log out and clear the browser's data."""
    sessions.sign_out(actor(), current_user.account)
    access.sign_out()
    return "", 204, {"Clear-Site-Data": '"cache", "storage"'}


@routes.put("/account/password")
@signed_in(CUSTOMER)
def change_password():
    """*Zmień hasło*: set a new password."""
    form = read(PasswordForm)
    account = current_user.account
    token = operations.change_password(
        actor(), account, form.new_password.data or "", form.current_password.data or ""
    )
    access.sign_in(sessions.person_of(token, account))
    # Its former token ended with the old password.
    _know_browser(account)
    return {"session": _session()}


@routes.post("/account/freeze")
@anyone
def freeze():
    """Freeze the account by the link in a mail."""
    links.freeze(actor(), read(TokenForm).token.data or "")
    return {"account": {"frozen": True}}


@routes.post("/password-reset")
@anyone
def ask_reset():
    """*Nie pamiętam hasła*: post a reset link; the answer is always the same."""
    form = read(AskResetForm)
    code, email = form.customer_code.data, form.email.data
    links.ask_reset(actor(), code, email, language(), kept_cookie(KNOWN_COOKIE))
    return {"password_reset": {"asked": True}}, 202


@routes.put("/password-reset")
@anyone
def reset():
    """Set a new password by the link in a mail."""
    form = read(ResetForm)
    token, new = form.token.data or "", form.new_password.data or ""
    _know_browser(links.reset_password(actor(), token, new))
    links.refund(actor())
    return {"password_reset": {"done": True}}
