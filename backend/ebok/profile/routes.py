"""*Moje dane*: routes for the signed-in customer's own account."""

from typing import Any

from flask import Blueprint

from ebok import access
from ebok.access import CUSTOMER, actor, current_user, requires
from ebok.accounts import (
    operations_contacts as contacts,
    operations_sessions as sessions,
    operations_sign_ins as sign_ins,
)
from ebok.consents import operations as consents
from ebok.forms import read
from ebok.languages import language
from ebok.profile import operations, serializers
from ebok.profile.forms import (
    ChoicesForm,
    EInvoiceForm,
    EmailCodeForm,
    EmailForm,
    PhoneForm,
    PresentPassword,
)

routes = Blueprint("profile", __name__)


def _shown() -> dict[str, Any]:
    return {"my_data": serializers.whole(current_user.account)}


@routes.get("/my-data")
@requires(CUSTOMER, shown_to_staff=True)
def show():
    """All data of the page *Moje dane*."""
    return _shown()


@routes.get("/my-data/texts/<text_id>")
@requires(CUSTOMER, shown_to_staff=True)
def show_text(text_id: str):
    """The text that this customer decided on."""
    return {"text": serializers.text(operations.get_text(current_user.account, text_id))}


@routes.put("/my-data/e-invoice")
@requires(CUSTOMER)
def decide_e_invoice():
    """Consent to the e-invoice, or withdraw."""
    form = read(EInvoiceForm)
    consents.decide_e_invoice(actor(), current_user.account, form.given.data, language())
    return _shown()


@routes.put("/my-data/choices")
@requires(CUSTOMER)
def choose():
    """Change notification preferences: PDF attached or a link, reminders."""
    form = read(ChoicesForm)
    operations.choose(actor(), current_user.account, form.data)
    return {"choices": serializers.choices(current_user.account)}


@routes.post("/my-data/email")
@requires(CUSTOMER)
def ask_email_change():
    """Start a change of e-mail: a code is sent to the new address."""
    form = read(EmailForm)
    email, current = form.email.data, form.current_password.data or ""
    contacts.ask_email_change(actor(), current_user.account, email, current)
    return _change(), 202


@routes.post("/my-data/email/again")
@requires(CUSTOMER)
def ask_same_address():
    """*Pisz znów na ten adres*: a code is sent to the current address, which had bounced."""
    contacts.ask_same_address(actor(), current_user.account)
    return _change(), 202


def _change() -> dict[str, Any]:
    change = contacts.get_email_change(current_user.account)
    return {"email_change": serializers.email_change(change)}


@routes.delete("/my-data/email")
@requires(CUSTOMER)
def give_up_email_change():
    """Cancel the change of e-mail."""
    contacts.give_up_email_change(current_user.account)
    return "", 204


@routes.post("/my-data/email/code")
@requires(CUSTOMER)
def confirm_email():
    """Confirm the change of e-mail with its code."""
    form = read(EmailCodeForm)
    operations.change_email(actor(), current_user.account, form.code.data)
    return _shown()


@routes.post("/my-data/email/code/resend")
@requires(CUSTOMER)
def resend_email_code():
    """*Wyślij kod ponownie*: send a new code."""
    contacts.send_code_again(actor(), current_user.account)
    return _change(), 202


@routes.put("/my-data/phone")
@requires(CUSTOMER)
def change_phone():
    """Change or remove the phone number."""
    form = read(PhoneForm)
    phone, current = form.phone.data or "", form.current_password.data or ""
    contacts.change_phone(actor(), current_user.account, phone, current)
    return _shown()


@routes.get("/sessions")
@requires(CUSTOMER)
def list_sessions():
    """The signed-in sessions."""
    mine = actor().session
    found = sessions.open_ones(current_user.account)
    return {"sessions": [serializers.session(session, mine) for session in found]}


@routes.delete("/sessions")
@requires(CUSTOMER)
def end_other_sessions():
    """*Wyloguj wszędzie indziej*: end all other sessions."""
    sessions.end_others(actor(), current_user.account)
    return "", 204


@routes.delete("/sessions/<session_id>")
@requires(CUSTOMER)
def end_session(session_id: str):
    """*Wyloguj*: end one session."""
    sessions.end_session(actor(), current_user.account, session_id)
    return "", 204


@routes.get("/sign-ins")
@requires(CUSTOMER)
def list_sign_ins():
    """The newest logins, successful and failed."""
    found = sign_ins.newest(current_user.account)
    return {"sign_ins": [serializers.sign_in(sign_in) for sign_in in found]}


@routes.get("/my-data/looks")
@requires(CUSTOMER, shown_to_staff=True)
def list_looks():
    """*Kto oglądał moje dane*."""
    return {"looks": serializers.own_looks(current_user.account)}


@routes.post("/my-data/closing")
@requires(CUSTOMER)
def close():
    """Close the account, sign out, and clear the browser's cookies."""
    form = read(PresentPassword)
    operations.close(actor(), current_user.account, form.current_password.data or "")
    access.sign_out()
    return "", 204, {"Clear-Site-Data": '"cache", "storage"'}
