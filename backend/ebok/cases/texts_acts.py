"""Why something is done about a customer, and how one knows who asks for it, in words."""

from flask_babel import lazy_gettext as lazy

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
    "refuse": lazy("refusal of a registration"),
}
WHY, HOW = lazy("Why"), lazy("How do you know that it is them")
