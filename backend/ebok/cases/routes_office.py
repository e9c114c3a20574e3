"""The customer's page in the office, and what is done there."""

from collections.abc import Callable

from flask import Blueprint
from flask_babel import gettext as _, ngettext
from werkzeug.wrappers import Response

from ebok.access import STAFF, actor, current_user, requires
from ebok.cases import (
    operations,
    operations_acts as acts,
    operations_looks as looks,
    serializers,
    serializers_acts,
)
from ebok.cases.forms import (
    ClearForm,
    CloseForm,
    EndSessionsForm,
    FreezeForm,
    NoteForm,
    PurposeForm,
    UnfreezeForm,
)
from ebok.forms import read_posted
from ebok.lookup.operations_searches import note_opened
from ebok.pages.rendered import go, register, render, shown_if_refused
from ebok.staff.models import StaffMember

routes = Blueprint("cases", __name__)
register(routes)
PAGE = "/biuro/klient"
opens = requires(STAFF)
stays = requires(STAFF, prolongs=False)
decides_gravely = requires(STAFF, asks_again=True)


def me() -> StaffMember:
    """The member who is signed in."""
    return current_user.account.member


def back(code: str, said: str):
    """The way to the customer's page, which says what was done."""
    return go(f"{PAGE}/{code}", said)


@routes.get("/biuro/klient/<code>")
@opens
def case(code: str):
    """A customer: where they stand, what can be done, all that happened."""
    return show(code)


def show(code: str, slug: str = "") -> Response:
    """The page, with the list of acts or the form of one; looking is recorded."""
    operations.require_known(code)
    look = looks.look(actor(), me(), code)
    note_opened(me(), code)
    found = operations.get_case(code)
    doing = serializers_acts.acts(found, me(), slug)
    return render("biuro/klient", **serializers.whole(found, me(), look), **doing)


def form_of(slug: str) -> Callable[[str], Response]:
    """The page with the form of this act, for what its view refuses."""

    def page(code: str) -> Response:
        return show(code, slug)

    return page


@routes.get("/biuro/klient/<code>/<act>")
@opens
def show_act(code: str, act: str):
    """The page with the form of an act; what cannot be done now has none."""
    return show(code, act)


@routes.post("/biuro/klient/<code>/cel")
@opens
@shown_if_refused(case)
def change_purpose(code: str):
    """Why one looks, if it is no call."""
    operations.require_known(code)
    looks.change_purpose(actor(), me(), code, read_posted(PurposeForm).purpose.data)
    return go(f"{PAGE}/{code}", _("The purpose of your look is changed."))


@routes.get("/biuro/klient/<code>/obecni")
@stays
def show_others(code: str):
    """Who else is looking; asked by the open page, which thus tells that it is still open."""
    return render("biuro/obecni", others=serializers.others(looks.stay(me(), code)))


@routes.post("/biuro/klient/<code>/wyslij")
@opens
@shown_if_refused(form_of("wyslij"))
def resend(code: str):
    """A new code, or a link to set a password."""
    mail = acts.resend(actor(), me(), code)
    return back(code, _("An e-mail to %(email)s leaves in 15 seconds.", email=mail.recipient))


@routes.post("/biuro/klient/<code>/odblokuj")
@opens
@shown_if_refused(form_of("odblokuj"))
def unlock(code: str):
    """New attempts for the registration."""
    acts.unlock(actor(), me(), code)
    return back(code, _("The registration has all attempts again."))


@routes.post("/biuro/klient/<code>/cofnij")
@opens
@shown_if_refused(case)
def undo(code: str):
    """Take back what one has just done."""
    acts.undo(actor(), me(), code)
    return back(code, _("Taken back."))


@routes.post("/biuro/klient/<code>/notatka")
@opens
@shown_if_refused(form_of("notatka"))
def write_note(code: str):
    """A note for the others."""
    operations.require_known(code)
    acts.write_note(actor(), me(), code, (read_posted(NoteForm).note.data or "").strip())
    return back(code, _("The note is kept."))


@routes.post("/biuro/klient/<code>/wylogowanie")
@opens
@shown_if_refused(form_of("wylogowanie"))
def end_sessions(code: str):
    """Log the customer out everywhere."""
    acts.end_sessions(actor(), code, read_posted(EndSessionsForm).because.data)
    return back(code, _("The customer is logged out everywhere."))


@routes.post("/biuro/klient/<code>/zwrot")
@opens
@shown_if_refused(form_of("zwrot"))
def clear_bounce(code: str):
    """Write to the address again."""
    sent = acts.clear_bounce(actor(), code, read_posted(ClearForm).because.data)
    said = ngettext(
        "The mark is deleted. %(num)s message that was missed is on its way.",
        "The mark is deleted. %(num)s messages that were missed are on their way.",
        sent,
    )
    return back(code, said)


@routes.post("/biuro/klient/<code>/blokada")
@opens
@shown_if_refused(form_of("blokada"))
def freeze(code: str):
    """Block the account."""
    acts.freeze(actor(), code, read_posted(FreezeForm).because.data)
    return back(code, _("The account is frozen. Nobody can log in."))


@routes.post("/biuro/klient/<code>/odmrozenie")
@decides_gravely
@shown_if_refused(form_of("odmrozenie"))
def unfreeze(code: str):
    """End the freeze."""
    form = read_posted(UnfreezeForm)
    acts.unfreeze(actor(), code, form.former_address.data, form.because.data)
    return back(code, _("The account can be used again."))


@routes.post("/biuro/klient/<code>/zamkniecie")
@decides_gravely
@shown_if_refused(form_of("zamkniecie"))
def close(code: str):
    """Close the account for good."""
    acts.close(actor(), code, read_posted(CloseForm).because.data)
    return back(code, _("The account is closed."))
