"""What was found, in words."""

from flask_babel import gettext as _, lazy_gettext as lazy, ngettext

from ebok.lookup.operations import WORDS, Group

WHOLE = {
    "code": lazy("This is a customer code"),
    "invoice": lazy("This is an invoice number"),
    "ksef": lazy("This is a KSeF number"),
    "serial": lazy("This is a meter number"),
    "nip": lazy("This is a NIP"),
    "phone": lazy("This is a phone number"),
    "email": lazy("This is an e-mail address"),
}
BEGUN = {
    "code": lazy("Customer codes starting with this"),
    "serial": lazy("Meters starting with this"),
    "phone": lazy("Phone numbers starting with this"),
    "email": lazy("E-mail addresses starting with this"),
}


def title(group: Group) -> str:
    """What a group of hits has in common."""
    if group.kind == WORDS:
        return _("Customers")
    return str((WHOLE if group.is_whole else BEGUN)[group.kind])


def count(group: Group) -> str:
    """How many hits it has, as far as they were counted."""
    number = len(group.hits)
    return _("more than %(count)s", count=number) if group.has_more else str(number)


def results(number: int, has_more: bool) -> str:
    """How many were found."""
    if has_more:
        return _("more than %(count)s results", count=number)
    return ngettext("%(num)s result", "%(num)s results", number)


def account(is_frozen: bool | None) -> tuple[str, str]:
    """State of the account, None for none: its style and its words."""
    if is_frozen is None:
        return "plain", _("no account")
    return ("late", _("account frozen")) if is_frozen else ("paid", _("has an account"))
