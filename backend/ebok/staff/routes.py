"""Logging in to the office, the first login, and what one finds there."""

import re
from urllib.parse import urlencode

from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from ebok import access, settings
from ebok.access import STAFF, actor, anyone, current_user, requires, signed_in
from ebok.access.network import comes_from
from ebok.access.sessions import Sessions
from ebok.forms import read_posted
from ebok.pages.rendered import go, register, render, shown_if_refused
from ebok.staff import (
    operations,
    operations_codes as codes,
    operations_passkeys as passkeys,
    operations_sessions as sessions,
    serializers,
)
from ebok.staff.errors import AskAgain, NeedsCode, PasskeyFailed, WrongCode
from ebok.staff.forms import (
    AppForm,
    InvitationForm,
    NewPasskeyForm,
    PasskeyForm,
    StaffCodeForm,
    StaffLoginForm,
)
from ebok.tokens import new_token

routes = Blueprint("staff", __name__)
register(routes)
HOME = "/biuro"
OWN_PLACE = re.compile(r"/biuro(/[\w-]+)*(\?[\w=&,%+-]*)?", re.ASCII)
BROWSER = "browser"
"""Key of a random token in the cookie, to which a question to a passkey is bound."""
NEXT = "next"
"""Key of the page that a login of two steps leads to."""


def _browser() -> str:
    session.setdefault(BROWSER, new_token())
    return session[BROWSER]


def let_in(person: access.Person, wanted: str) -> Response:
    """Bind this browser to the person's session: the way on, by way of what they must do first.

    `wanted` is the page that the login was to lead to. Ends the session that the browser had.
    """
    if current_user.is_authenticated and current_user.account.id != person.account.id:
        sessions.sign_out(current_user.actor, current_user.account)
    access.sign_in(person)
    if not person.first:
        return onwards(wanted)
    session[NEXT] = wanted
    return go(person.first.page)


def onwards(wanted: str) -> Response:
    """The way to this page if it is one of the office's, else to the first."""
    return go(wanted if OWN_PLACE.fullmatch(wanted) else HOME)


def agent() -> str:
    """The browser, as it names itself."""
    return request.user_agent.string


@routes.get("/biuro/logowanie")
@anyone
def show_login():
    """The login; who is signed in already goes on."""
    if current_user.is_authenticated and current_user.first is not NeedsCode:
        return go(HOME)
    question = passkeys.question(sessions.sign_in_question(_browser()))
    wanted = request.form.get("next") or request.args.get("next", "")
    is_ended = request.args.get("ended") == "yes"
    has_left = settings.current().oidc.is_on and request.args.get("left") == "yes"
    shown = {"question": question, "next": wanted, "is_ended": is_ended, "has_left": has_left}
    return render("biuro/logowanie", **shown)


@routes.post("/biuro/logowanie")
@anyone
@shown_if_refused(show_login)
def sign_in():
    """Log in with a password; the second factor follows."""
    form = read_posted(StaffLoginForm)
    person = sessions.sign_in(actor(), form.email.data, form.password.data or "", agent())
    return let_in(person, request.form.get("next", ""))


@routes.post("/biuro/logowanie/klucz")
@anyone
@shown_if_refused(show_login)
def sign_in_by_passkey():
    """Log in with a passkey, which is both factors."""
    answer = read_posted(PasskeyForm).answer.data or ""
    person = sessions.sign_in_by_passkey(actor(), answer, _browser(), agent())
    return let_in(person, request.form.get("next", ""))


@routes.get("/biuro/kod")
@signed_in(STAFF)
def show_code():
    """The second step of the login."""
    if current_user.first is not NeedsCode:
        return go(HOME)
    return render("biuro/kod", **serializers.factors(current_user.account))


@routes.post("/biuro/kod")
@signed_in(STAFF)
@shown_if_refused(show_code)
def confirm_code():
    """A code of the app, or from the paper, ends the login."""
    code = read_posted(StaffCodeForm).code.data
    if current_user.first is not NeedsCode:
        return go(HOME)
    wanted = session.get(NEXT, "")
    return let_in(sessions.confirm_code(actor(), current_user.account, code, agent()), wanted)


@routes.post("/biuro/kod/klucz")
@signed_in(STAFF)
@shown_if_refused(show_code)
def confirm_by_passkey():
    """A passkey ends the login."""
    answer = read_posted(PasskeyForm).answer.data or ""
    here = current_user.account
    if current_user.first is not NeedsCode:
        return go(HOME)
    wanted = session.get(NEXT, "")
    sessions.confirm_again(actor(), here, "", answer or "{}")
    return let_in(sessions.replace(actor(), here, agent()), wanted)


@routes.post("/biuro/wyloguj")
@signed_in(STAFF)
def sign_out():
    """Log out, and leave nothing in the browser."""
    sessions.sign_out(actor(), current_user.account)
    access.sign_out()
    response = go("/biuro/logowanie" + ("?left=yes" if settings.current().oidc.is_on else ""))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@routes.get("/biuro/zaproszenie")
@anyone
def show_invitation():
    """The first password; the link's token stands in the fragment, which no server is sent."""
    return render("biuro/zaproszenie")


@routes.post("/biuro/zaproszenie")
@anyone
@shown_if_refused(show_invitation)
def accept_invitation():
    """Set the first password, and go on to the second factor."""
    form = read_posted(InvitationForm)
    password = form.new_password.data or ""
    return let_in(
        operations.accept_invitation(actor(), form.token.data or "", password, agent()), ""
    )


@routes.get("/biuro/drugi-skladnik")
@signed_in(STAFF)
def show_setup():
    """Set up the first second factor."""
    if current_user.first is not None:
        sessions.require_setting_up(current_user.account)
        return render("biuro/drugi-skladnik", **serializers.setup(current_user.account.member))
    return go(HOME)


@routes.post("/biuro/drugi-skladnik/aplikacja")
@signed_in(STAFF)
@shown_if_refused(show_setup)
def set_up_app():
    """Take the app with codes into use, and show the recovery codes."""
    sessions.require_setting_up(current_user.account)
    codes.confirm_app(actor(), current_user.account.member, read_posted(AppForm).totp.data)
    return show_new_codes(is_first=True)


@routes.post("/biuro/drugi-skladnik/klucz")
@signed_in(STAFF)
@shown_if_refused(show_setup)
def set_up_passkey():
    """Keep the first passkey, and show the recovery codes."""
    sessions.require_setting_up(current_user.account)
    add_passkey()
    return show_new_codes(is_first=True)


def add_passkey() -> None:
    """Keep the passkey of this form for who is signed in."""
    form = read_posted(NewPasskeyForm)
    name = form.passkey_name.data or current_user.account.device or "Passkey"
    passkeys.add(actor(), current_user.account.member, form.answer.data or "", name)


def show_new_codes(is_first: bool = False):
    """Ten new codes, which are seen only now; the page stands at no address of its own."""
    made = codes.new_codes(actor(), current_user.account.member)
    response = render("biuro/kody", codes=made, is_first=is_first)
    response.headers["HX-Push-Url"] = "false"
    return response


@routes.get("/biuro")
@requires(STAFF)
def show_home():
    """Who is signed in, since when, and what the staff did; with `?tel=…` who calls."""
    if "tel" in request.args:
        return go(f"/biuro/dzwoni?{urlencode({'tel': request.args['tel']})}")
    return render("biuro/biuro", **serializers.home(current_user.account))


def ask_again() -> None:
    """Refuse unless the person showed who they are just now, or does so in this form."""
    here = current_user.account
    if sessions.is_confirmed(here):
        return
    code, answer = request.form.get("again_code", ""), request.form.get("again_answer", "")
    fault = ""
    if code or answer:
        try:
            sessions.confirm_again(actor(), here, code, answer)
            return
        except (WrongCode, PasskeyFailed) as refusal:
            fault = next((text for _, text in refusal.faults), str(refusal.sentence))
    raise AskAgain(fault, **serializers.factors(here), carried=_carried(), action=request.path)


def _carried() -> list[tuple[str, str]]:
    """What the form has sent, to be sent once more."""
    mine = ("csrf_token", "again_code", "again_answer")
    return [(name, text) for name, text in request.form.items(multi=True) if name not in mine]


def _admits() -> bool:
    networks = settings.current().staff_networks_allowed
    return not networks or comes_from(networks)


SESSIONS = Sessions(STAFF, sessions.find_person, ask_again, _admits)
