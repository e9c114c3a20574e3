"""What can be done about a customer, in words: its name, what it asks for, what follows."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as lazy

from ebok.cases.operations import Case
from ebok.cases.operations_acts import (
    CLOSED_BECAUSE,
    FROZEN_BECAUSE,
    LOGGED_OUT_BECAUSE,
    REACHED_BY,
)

REASONS: dict[str, str] = {
    "not-theirs": lazy("the customer did not open it"),
    "somebody-uses-it": lazy("somebody else uses it"),
    "asked": lazy("the customer asks for it"),
    "lost-device": lazy("a phone or computer was lost"),
    "died": lazy("the customer has died"),
    "contract-ended": lazy("the contract has ended"),
    "opened-by-mistake": lazy("it was opened by mistake"),
    "billing-phone": lazy("I called the phone number that billing holds"),
    "billing-address": lazy("I wrote to the address that billing holds"),
    "counter": lazy("at the counter, with a document"),
    "resend": lazy("e-mail sent again"),
    "unlock": lazy("new attempts given"),
}
"""Why something is done, and how one knows who asks for it."""
WHY, HOW = lazy("Why"), lazy("How do you know that it is them")


@dataclass(frozen=True)
class Act:
    """An act. `slug` ends its address; `key` is its shortcut; `question` precedes the `choices`."""

    slug: str
    name: str
    submit: str
    icon: str
    key: str = ""
    question: str | None = None
    choices: tuple[str, ...] = ()
    hint: str | None = None
    more: str | None = None
    is_grave: bool = False

    @property
    def options(self) -> list[tuple[str, str]]:
        """(value, label) of what can be chosen."""
        return [(value, str(REASONS[value])) for value in self.choices]


SEND_CODE = Act(
    "wyslij",
    lazy("Send the code again"),
    lazy("Send a new code"),
    "mail",
    "w",
    hint=lazy("You can take it back for 15 seconds. The former code stops working."),
)
SEND_LINK = Act(
    "wyslij",
    lazy("Send a link to set a password"),
    lazy("Send the link"),
    "mail",
    "w",
    hint=lazy("You can take it back for 15 seconds. Nobody in the office sees the link."),
)
UNLOCK = Act(
    "odblokuj",
    lazy("Give new attempts"),
    lazy("Give new attempts"),
    "key",
    "u",
    hint=lazy("Only this registration gets them. You can take it back for 15 seconds."),
)
NOTE = Act(
    "notatka",
    lazy("Write a note"),
    lazy("Keep the note"),
    "invoice",
    "n",
    hint=lazy(
        "The others of the office see it. The customer gets it in the file of all their data."
    ),
)
END_SESSIONS = Act(
    "wylogowanie",
    lazy("Log out everywhere"),
    lazy("Log the customer out everywhere"),
    "cross",
    question=WHY,
    choices=LOGGED_OUT_BECAUSE,
    hint=lazy("The password stays. This cannot be taken back."),
)
CLEAR = Act(
    "zwrot",
    lazy("Write to the address again"),
    lazy("Delete the mark"),
    "mail",
    question=HOW,
    choices=REACHED_BY,
    hint=lazy("What was missed leaves at once. Paper goes on until an e-mail has been accepted."),
)
FREEZE = Act(
    "blokada",
    lazy("Freeze the account"),
    lazy("Freeze the account"),
    "shield",
    question=WHY,
    choices=FROZEN_BECAUSE,
    hint=lazy("Sessions and links end at once. It can be unfrozen, but they stay ended."),
    is_grave=True,
)
UNFREEZE = Act(
    "odmrozenie",
    lazy("Unfreeze the account"),
    lazy("Unfreeze the account"),
    "shield",
    question=HOW,
    choices=REACHED_BY,
    hint=lazy("You will be asked who you are."),
)
CLOSE = Act(
    "zamkniecie",
    lazy("Close the account"),
    lazy("Close the account"),
    "cross",
    question=WHY,
    choices=CLOSED_BECAUSE,
    hint=lazy(
        "Login, phone, consents and messages go, invoices come on paper again; the log stays. "
        "This cannot be taken back. You will be asked who you are."
    ),
    is_grave=True,
)


def possible(case: Case) -> list[tuple[str, list[Act]]]:
    """(group, acts) that can be done now; the first group has the one that is most likely."""
    account, waits_for_code = case.account, False
    if case.registration and case.is_registering:
        waits_for_code = not case.registration.is_proven(case.moment)
    first = [SEND_LINK] if account and not account.frozen_at else []
    if waits_for_code and not account:
        first = [SEND_CODE]
    talk = [NOTE] + ([UNLOCK] if case.is_registering else [])
    found = [("", first), (str(lazy("Conversation")), talk)]
    if account:
        safe = [CLEAR] if account.bounced_at else []
        safe += [UNFREEZE] if account.frozen_at else [END_SESSIONS, FREEZE]
        found.append((str(lazy("Account")), [*safe, CLOSE]))
    return [(name, acts) for name, acts in found if acts]


def find(case: Case, slug: str) -> Act | None:
    """The act at this address, if it can be done now."""
    acts = (act for _group, acts in possible(case) for act in acts)
    return next((act for act in acts if act.slug == slug), None)
