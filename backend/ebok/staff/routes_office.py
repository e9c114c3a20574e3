"""The list of staff, one's own account, and logging in with a work account.

To the provider of work accounts the browser goes by a link and not by a form, which `form-action`
would stop, and it comes back with GET. It takes along its token of the login, in its signed cookie.
"""

import time

from flask import abort, redirect, request, session
from flask_babel import gettext as _

from ebok import settings
from ebok.access import ADMINISTRATOR, STAFF, Role, actor, anyone, current_user, requires
from ebok.errors import NotFound
from ebok.forms import read_posted
from ebok.languages import language
from ebok.pages.rendered import go, render, shown_if_refused
from ebok.staff import (
    operations,
    operations_codes as codes,
    operations_passkeys as passkeys,
    operations_provider as provider,
    operations_sessions as sessions,
    operations_work_accounts as work_accounts,
    serializers,
)
from ebok.staff.errors import ProviderFailed
from ebok.staff.forms import (
    AppForm,
    InvitationLinkForm,
    InviteForm,
    KeysForm,
    RoleForm,
    StaffPasswordForm,
)
from ebok.staff.models import StaffMember
from ebok.staff.routes import (
    add_passkey,
    agent,
    let_in,
    routes,
    show_invitation,
    show_login,
    show_new_codes,
)
from ebok.tokens import hash_token, new_token

STAFF_PAGE, ACCOUNT_PAGE = "/biuro/pracownicy", "/biuro/konto"
FLOW = "oidc"
"""Key of what a login at the provider needs when it comes back: token, begin, page, invitation."""
INVITED = "invited"
"""Key of the hash of the invitation that was followed."""
decides = requires(STAFF, ADMINISTRATOR)
decides_gravely = requires(STAFF, ADMINISTRATOR, asks_again=True)
own = requires(STAFF)
own_gravely = requires(STAFF, asks_again=True)


def _me() -> StaffMember:
    return current_user.account.member


@routes.get("/biuro/pracownicy")
@decides
def show_staff():
    """*Pracownicy*."""
    return render("biuro/pracownicy", **serializers.staff(_me()))


@routes.post("/biuro/pracownicy")
@decides_gravely
@shown_if_refused(show_staff)
def invite():
    """*Zaproś osobę*."""
    form = read_posted(InviteForm)
    new = operations.NewMember(form.name.data, form.email.data, Role(form.role.data), language())
    operations.invite(actor(), new)
    return go(STAFF_PAGE, _("The invitation is on its way to %(email)s.", email=form.email.data))


@routes.get("/biuro/pracownicy/<member_id>")
@decides
def show_member(member_id: str):
    """One of the staff: role, sessions, what can be done."""
    return render("biuro/pracownik", **serializers.one(member_id, _me()))


@routes.post("/biuro/pracownicy/<member_id>/rola")
@decides_gravely
@shown_if_refused(show_member)
def change_role(member_id: str):
    """Another role."""
    operations.change_role(actor(), member_id, Role(read_posted(RoleForm).role.data))
    is_mine = member_id == _me().public_id
    return go("/biuro" if is_mine else f"{STAFF_PAGE}/{member_id}", _("The role is changed."))


@routes.post("/biuro/pracownicy/<member_id>/zaproszenie")
@decides_gravely
@shown_if_refused(show_member)
def invite_again(member_id: str):
    """A new invitation, also for who has lost password and second factor."""
    member = operations.invite_again(actor(), member_id)
    return go(STAFF_PAGE, _("The invitation is on its way to %(email)s.", email=member.email))


@routes.post("/biuro/pracownicy/<member_id>/sesje")
@decides
@shown_if_refused(show_member)
def end_sessions(member_id: str):
    """Log a member out everywhere."""
    member = StaffMember.find_by_id(member_id)
    if member is None:
        raise NotFound()
    sessions.end_all(actor(), member)
    return go(f"{STAFF_PAGE}/{member_id}", _("Logged out everywhere."))


@routes.post("/biuro/pracownicy/<member_id>/usuniecie")
@decides_gravely
@shown_if_refused(show_member)
def remove(member_id: str):
    """Let a member in no more."""
    operations.remove(actor(), member_id)
    return go(STAFF_PAGE, _("Removed. Their logins have ended."))


@routes.get("/biuro/konto")
@own
def show_account(**_in_address: str):
    """*Twoje konto*."""
    return render("biuro/konto", **serializers.account(current_user.account))


@routes.post("/biuro/konto/haslo")
@own
@shown_if_refused(show_account)
def change_password():
    """Another password; all other sessions end."""
    form = read_posted(StaffPasswordForm)
    current, new = form.current_password.data or "", form.new_password.data or ""
    operations.change_password(actor(), _me(), current, new)
    return go(ACCOUNT_PAGE, _("Your password is changed. Your other logins have ended."))


@routes.post("/biuro/konto/klawiatura")
@own
@shown_if_refused(show_account)
def choose_keys():
    """Whether shortcuts of one key work."""
    operations.choose_keys(_me(), read_posted(KeysForm).single_keys.data)
    return go(ACCOUNT_PAGE, _("Saved."))


@routes.post("/biuro/konto/czynniki")
@own_gravely
@shown_if_refused(show_account)
def open_factors():
    """Go on to another second factor, once it is known who asks."""
    return go("/biuro/konto/czynniki")


@routes.get("/biuro/konto/czynniki")
@own
def show_factors():
    """Add a passkey or an app."""
    if not sessions.is_confirmed(current_user.account):
        return go(ACCOUNT_PAGE)
    return render("biuro/czynniki", **serializers.setup(_me()))


@routes.post("/biuro/konto/czynniki/klucz")
@own_gravely
@shown_if_refused(show_factors)
def keep_passkey():
    """Keep another passkey."""
    add_passkey()
    return go(ACCOUNT_PAGE, _("The passkey is added."))


@routes.post("/biuro/konto/czynniki/aplikacja")
@own_gravely
@shown_if_refused(show_factors)
def keep_app():
    """Take an app into use, in place of the one before."""
    codes.confirm_app(actor(), _me(), read_posted(AppForm).totp.data)
    return go(ACCOUNT_PAGE, _("The app is in use."))


@routes.post("/biuro/konto/klucze/<key_id>/usuniecie")
@own_gravely
@shown_if_refused(show_account)
def remove_passkey(key_id: str):
    """Take a passkey no more."""
    passkeys.remove(actor(), _me(), key_id)
    return go(ACCOUNT_PAGE, _("The passkey is removed."))


@routes.post("/biuro/konto/aplikacja/usuniecie")
@own_gravely
@shown_if_refused(show_account)
def remove_app():
    """Take codes of the app no more."""
    codes.remove_app(actor(), _me())
    return go(ACCOUNT_PAGE, _("The app is removed."))


@routes.post("/biuro/konto/kody")
@own_gravely
@shown_if_refused(show_account)
def make_codes():
    """Ten new recovery codes, which replace the former ones."""
    return show_new_codes()


@routes.post("/biuro/konto/sesje/<session_id>")
@own
@shown_if_refused(show_account)
def end_session(session_id: str):
    """End one of one's own sessions."""
    sessions.end_session(actor(), _me(), session_id)
    return go(ACCOUNT_PAGE, _("Logged out there."))


@routes.post("/biuro/konto/sesje")
@own
@shown_if_refused(show_account)
def end_other_sessions():
    """End all of one's other sessions."""
    sessions.end_all(actor(), _me(), but=current_user.account.token_hash)
    return go(ACCOUNT_PAGE, _("Logged out everywhere else."))


def _require_provider() -> None:
    """Answer as if there were no such address where no provider is set."""
    if not settings.current().oidc.is_on:
        abort(404)


@routes.get("/biuro/logowanie/konto")
@anyone
@shown_if_refused(show_login)
def go_to_provider():
    """Go on to the provider."""
    _require_provider()
    flow = new_token()
    address = provider.begin(flow, work_accounts.back())
    wanted, invitation = request.args.get("next", ""), ""
    if request.args.get("invited") == "yes":
        invitation = session.get(INVITED, "")
    session[FLOW] = [flow, int(time.time()), wanted[:200], invitation]
    response = redirect(address, 303)
    response.headers["Cache-Control"] = "no-store"
    return response


@routes.get("/biuro/logowanie/powrot")
@anyone
@shown_if_refused(show_login)
def come_back():
    """Log in by what the provider has sent the browser back with."""
    _require_provider()
    flow, begun, wanted, invitation = session.pop(FLOW, ["", 0, "", ""])
    if not flow or time.time() - begun > provider.LIFE.total_seconds():
        raise ProviderFailed()
    answer = request.args.to_dict()
    person = work_accounts.sign_in(actor(), flow, answer, invitation, agent())
    return let_in(person, wanted)


@routes.post("/biuro/zaproszenie/konto")
@anyone
@shown_if_refused(show_invitation)
def accept_with_work_account():
    """Keep the invitation in this browser, and show the way to the provider."""
    _require_provider()
    token = read_posted(InvitationLinkForm).token.data or ""
    member = work_accounts.find_invited(token)
    session[INVITED] = hash_token(token)
    response = render("biuro/konto-sluzbowe", member=member)
    response.headers["HX-Push-Url"] = "false"
    return response


@routes.get("/biuro/logowanie/wyjscie")
@anyone
@shown_if_refused(show_login)
def leave_provider():
    """Go on to where one logs out of the work account."""
    _require_provider()
    home = f"{settings.current().base_url.rstrip('/')}/biuro/logowanie"
    return redirect(provider.leave(home), 303)
