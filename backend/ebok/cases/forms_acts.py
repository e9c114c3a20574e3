"""The acts on the customer's page. A new one is one declaration in ACTS: its words, who may do it
and when, the form that it asks, the operation, and how it is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _, lazy_gettext as lazy, ngettext

from ebok.access import Role
from ebok.access.visits import PLACE
from ebok.accounts import operations as accounts
from ebok.actor import Actor
from ebok.cases import operations_acts as acts, operations_visits as visits
from ebok.cases.forms import NoteForm, UnfreezeForm, because
from ebok.cases.operations import Case
from ebok.cases.texts_acts import HOW, WHY
from ebok.forms import Form
from ebok.mail.models import Mail
from ebok.notifications import operations_clearing as clearing
from ebok.profile import operations as profile
from ebok.registration import operations_unlocking as unlocking
from ebok.staff.models import StaffMember, StaffSession

FIRST, TALK, ACCOUNT = "", lazy("Conversation"), lazy("Account")
GROUPS = (FIRST, TALK, ACCOUNT)
"""In this order; the first has no heading, and the act that is most likely."""


@dataclass(frozen=True)
class Doing:
    """Who does an act about which customer code, with the form that they filled in."""

    actor: Actor
    member: StaffMember
    code: str
    form: Any
    session: StaffSession

    @property
    def reason(self) -> str:
        """Why, or how one knows who asks for it."""
        return self.form.because.data


@dataclass(frozen=True)
class Act:
    """An act. `slug` ends its address, `key` is its shortcut, `can`: whether it can be done now.

    `said` is told then, made of what `do` returns, on the page that it `leads_to`, else on the
    customer's. `undo` takes back what is noted as `undone`.
    `role`: who may, if not all; `asks_again`: whether they show again who they are.
    """

    slug: str
    group: str
    icon: str
    can: Callable[[Case], bool]
    name: str
    do: Callable[[Doing], Any]
    said: str | Callable[[Any], str]
    hint: str = ""
    form: type[Form] = Form
    submit: str = ""
    key: str = ""
    role: Role | None = None
    asks_again: bool = False
    is_grave: bool = False
    undone: str = ""
    undo: Callable[[Any], None] | None = None
    leads_to: Callable[[Any], str] | None = None

    @property
    def fields(self) -> list[Any]:
        """The fields of its form, empty."""
        return list(self.form(formdata=None))

    def run(self, doing: Doing) -> tuple[str, str]:
        """Do it; the page that it leads to, "" for the customer's, and what is said there."""
        done = self.do(doing)
        said = self.said(done) if callable(self.said) else str(self.said)
        return (self.leads_to(done) if self.leads_to else ""), said


def _waits_for_code(case: Case) -> bool:
    begun = case.registration if case.is_registering else None
    return bool(begun and not case.account and not begun.is_proven(case.moment))


def _is_usable(case: Case) -> bool:
    return bool(case.account and not case.account.frozen_at)


def _has_account(case: Case) -> bool:
    return case.account is not None


def _has_bounced(case: Case) -> bool:
    return bool(case.account and case.account.bounced_at)


def _is_frozen(case: Case) -> bool:
    return bool(case.account and case.account.frozen_at)


def _leaves(mail: Mail) -> str:
    return _("An e-mail to %(email)s leaves in 15 seconds.", email=mail.recipient)


def _bounce_cleared(sent: int) -> str:
    return ngettext(
        "The mark is deleted. %(num)s message that was missed is on its way.",
        "The mark is deleted. %(num)s messages that were missed are on their way.",
        sent,
    )


ACTS = (
    Act(
        *("wyslij", FIRST, "mail", _waits_for_code, lazy("Send the code again")),
        lambda it: acts.resend(it.actor, it.member, it.code),
        _leaves,
        lazy("You can take it back for 15 seconds. The former code stops working."),
        submit=lazy("Send a new code"),
        key="w",
    ),
    Act(
        *("wyslij", FIRST, "mail", _is_usable, lazy("Send a link to set a password")),
        lambda it: acts.resend(it.actor, it.member, it.code),
        _leaves,
        lazy("You can take it back for 15 seconds. Nobody in the office sees the link."),
        submit=lazy("Send the link"),
        key="w",
    ),
    Act(
        *("ekran", TALK, "eye", _has_account, lazy("See what the customer sees")),
        lambda it: visits.begin(it.actor, it.session, it.code),
        "",
        lazy(
            "For half an hour, to look only: nothing can be changed there. The customer will see "
            "that you looked."
        ),
        submit=lazy("See the screens"),
        key="z",
        leads_to=lambda visit: f"{PLACE}/{visit.public_id}/start",
    ),
    Act(
        *("notatka", TALK, "invoice", lambda _case: True, lazy("Write a note")),
        lambda it: acts.write_note(it.actor, it.member, it.code, it.form.note.data.strip()),
        lazy("The note is kept."),
        lazy(
            "The others of the office see it. The customer gets it in the file of all their data."
        ),
        NoteForm,
        submit=lazy("Keep the note"),
        key="n",
    ),
    Act(
        *("odblokuj", TALK, "key", lambda case: case.is_registering, lazy("Give new attempts")),
        lambda it: acts.unlock(it.actor, it.member, it.code),
        lazy("The registration has all attempts again."),
        lazy("Only this registration gets them. You can take it back for 15 seconds."),
        key="u",
        undone=acts.UNLOCK,
        undo=unlocking.lock_again,
    ),
    Act(
        *("zwrot", ACCOUNT, "mail", _has_bounced, lazy("Write to the address again")),
        lambda it: clearing.clear(it.actor, it.code, it.reason),
        _bounce_cleared,
        lazy("What was missed leaves at once. Paper goes on until an e-mail has been accepted."),
        because(HOW, acts.REACHED_BY),
        submit=lazy("Delete the mark"),
    ),
    Act(
        *("odmrozenie", ACCOUNT, "shield", _is_frozen, lazy("Unfreeze the account")),
        lambda it: accounts.unfreeze(it.actor, it.code, it.form.former_address.data, it.reason),
        lazy("The account can be used again."),
        lazy("You will be asked who you are."),
        UnfreezeForm,
        asks_again=True,
    ),
    Act(
        *("wylogowanie", ACCOUNT, "cross", _is_usable, lazy("Log out everywhere")),
        lambda it: accounts.end_sessions(it.actor, it.code, it.reason),
        lazy("The customer is logged out everywhere."),
        lazy("The password stays. This cannot be taken back."),
        because(WHY, acts.LOGGED_OUT_BECAUSE),
        submit=lazy("Log the customer out everywhere"),
    ),
    Act(
        *("blokada", ACCOUNT, "shield", _is_usable, lazy("Freeze the account")),
        lambda it: accounts.freeze_by_clerk(it.actor, it.code, it.reason),
        lazy("The account is frozen. Nobody can log in."),
        lazy("Sessions and links end at once. It can be unfrozen, but they stay ended."),
        because(WHY, acts.FROZEN_BECAUSE),
        is_grave=True,
    ),
    Act(
        *("zamkniecie", ACCOUNT, "cross", _has_account, lazy("Close the account")),
        lambda it: profile.close_by_clerk(it.actor, it.code, it.reason),
        lazy("The account is closed."),
        lazy(
            "Login, phone, consents and messages go, invoices come on paper again; the log stays. "
            "This cannot be taken back. You will be asked who you are."
        ),
        because(WHY, acts.CLOSED_BECAUSE),
        asks_again=True,
        is_grave=True,
    ),
)
UNDOING = {act.undone: act.undo for act in ACTS if act.undo}
"""How what was so before comes back, by the name under which it is noted."""


def possible(case: Case) -> list[tuple[str, list[Act]]]:
    """(group, acts) that can be done now."""
    can = [act for act in ACTS if act.can(case)]
    groups = [(str(group), [act for act in can if act.group == group]) for group in GROUPS]
    return [(name, some) for name, some in groups if some]


def find(case: Case, slug: str) -> Act | None:
    """The act at this address, if it can be done now."""
    return next((act for act in ACTS if act.slug == slug and act.can(case)), None)
