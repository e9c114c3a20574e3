"""The wizard's routes."""

from flask import Blueprint, session

from ebok.access import actor, anyone
from ebok.errors import InvalidForm
from ebok.forms import read
from ebok.languages import language
from ebok.registration import operations, operations_reviews as reviews, serializers
from ebok.registration.forms import CodeForm, ConfirmationForm, LinkForm, ReviewForm, StartForm
from ebok.registration.models import Registration
from ebok.registration.operations import Application
from ebok.registration.serializers import RegistrationJson

routes = Blueprint("registration", __name__)


def _current(may_be_over: bool = False) -> Registration:
    """The registration of this browser's cookie. Raises NoRegistration if it has ended."""
    return operations.get_registration(session.get("registration", ""), may_be_over)


def _shown(registration: Registration) -> dict[str, RegistrationJson]:
    return {"registration": serializers.registration(registration)}


@routes.post("/registration")
@anyone
def start():
    """*Twoje dane*: the answer is the same for every customer code."""
    form = read(StartForm)
    puzzle = (form.captcha_id.data or "", form.captcha_answer.data)
    code, email = form.customer_code.data, form.email.data
    token, registration = operations.start(actor(), code, email, language(), puzzle)
    session["registration"] = token
    # The row as created: reading it again could show that the worker was already at work.
    return _shown(registration), 202


@routes.get("/registration")
@anyone
def show():
    """The stage of this browser's registration."""
    return _shown(_current())


@routes.post("/registration/code")
@anyone
def confirm_code():
    """Confirm the address with its code."""
    form = read(CodeForm)
    registration = _current()
    operations.confirm_code(actor(), registration, form.code.data)
    return _shown(registration)


@routes.post("/registration/code/resend")
@anyone
def resend_code():
    """*Wyślij kod ponownie*: send a new code."""
    registration = _current()
    operations.send_code_again(actor(), registration)
    return _shown(_current()), 202


@routes.post("/registration/confirmation")
@anyone
def confirm():
    """*Potwierdzenie*: open the account if the invoice data match."""
    # A lost answer makes people send the form again.
    registration = _current(may_be_over=True)
    account = operations.finish(actor(), registration, _application(registration))
    return {"account": serializers.new_account(account, registration)}, 201


def _application(registration: Registration) -> Application:
    """The application from the form. An invalid form counts towards the offer of the office's
    help.
    """
    try:
        return read(ConfirmationForm).application()
    except InvalidForm as refusal:
        refusal.extras["may_ask_office"] = operations.note_form_refused(registration)
        raise


@routes.post("/registration/review")
@anyone
def ask_office():
    """*Poproś biuro o sprawdzenie*: ask the office to check by hand."""
    registration = _current()
    review = reviews.ask(actor(), registration, read(ReviewForm).application())
    return {"review": serializers.review(review)}, 202


@routes.post("/registration/move")
@anyone
def move():
    """Move the registration to this browser by the link in the mail; the former one loses it."""
    session["registration"] = operations.move(read(LinkForm).token.data or "")
    return _shown(_current())
