"""*Czemu tyle?*: sentences on the one cause that moved the amount the other way."""

from ebok.languages import gettext as _, lazy
from ebok.values.money import zloty

RAISED = {
    "use": lazy("Usage raised the amount by %(sum)s."),
    "days": lazy("The length of the period raised the amount by %(sum)s."),
    "price": lazy("The new tariff raised the amount by %(sum)s."),
    "corrections": lazy("Corrections of earlier invoices raised the amount by %(sum)s."),
    "interest": lazy("Interest raised the amount by %(sum)s."),
    "one_off": lazy("One-off charges raised the amount by %(sum)s."),
    "other": lazy("Other items raised the amount by %(sum)s."),
    "rounding": lazy("Rounding raised the amount by %(sum)s."),
}
LOWERED = {
    "use": lazy("Usage lowered the amount by %(sum)s."),
    "days": lazy("The length of the period lowered the amount by %(sum)s."),
    "price": lazy("The new tariff lowered the amount by %(sum)s."),
    "corrections": lazy("Corrections of earlier invoices lowered the amount by %(sum)s."),
    "interest": lazy("Interest lowered the amount by %(sum)s."),
    "one_off": lazy("One-off charges lowered the amount by %(sum)s."),
    "other": lazy("Other items lowered the amount by %(sum)s."),
    "rounding": lazy("Rounding lowered the amount by %(sum)s."),
}


def sentence(kind: str, part_grosze: int) -> str:
    """What `kind` of `operations_why.KINDS` did to the amount: "The new tariff raised it…"."""
    told = {"sum": zloty(abs(part_grosze))}
    return str(RAISED[kind] if part_grosze > 0 else LOWERED[kind]) % told


def of_usage(name: str, part_grosze: int) -> str:
    """The same of usage, with what is known of it: "6 m³ less water"."""
    told = {"sum": zloty(abs(part_grosze)), "usage": name}
    if part_grosze > 0:
        return _("Usage raised the amount by %(sum)s: %(usage)s.", **told)
    return _("Usage lowered the amount by %(sum)s: %(usage)s.", **told)
