"""Roles, second factors and the staff's acts, in words."""

from flask_babel import gettext as _, lazy_gettext as lazy, ngettext

from ebok.access import ADMINISTRATOR, CLERK
from ebok.audit.events import Event

ROLES = {CLERK: lazy("clerk"), ADMINISTRATOR: lazy("administrator")}
HINTS = {
    CLERK: lazy("logs in to the back office"),
    ADMINISTRATOR: lazy("also decides who works here"),
}
DID = {
    Event.STAFF_INVITED: lazy("invited to the back office"),
    Event.STAFF_JOINED: lazy("set the first password"),
    Event.STAFF_LOGGED_IN: lazy("logged in to the back office"),
    Event.STAFF_LOGGED_OUT: lazy("logged out of the back office"),
    Event.STAFF_LOGINS_FAILED: lazy("many failed logins to the back office"),
    Event.STAFF_PASSWORD_CHANGED: lazy("changed the password"),
    Event.STAFF_FACTOR_ADDED: lazy("added a second factor"),
    Event.STAFF_FACTOR_REMOVED: lazy("removed a second factor"),
    Event.STAFF_ACCOUNT_LINKED: lazy("logged in with a work account for the first time"),
    Event.STAFF_CODES_MADE: lazy("made new recovery codes"),
    Event.STAFF_CODE_USED: lazy("used a recovery code"),
    Event.STAFF_ROLE_CHANGED: lazy("changed a role"),
    Event.STAFF_SESSIONS_ENDED: lazy("ended logins to the back office"),
    Event.STAFF_REMOVED: lazy("removed from the back office"),
    Event.CUSTOMERS_SEARCHED: lazy("searched for customers"),
    Event.REGISTRATION_APPROVED: lazy("approved a registration"),
    Event.REGISTRATION_REFUSED: lazy("refused a registration"),
    Event.ACCOUNT_FROZEN: lazy("froze an account"),
    Event.ACCOUNT_UNFROZEN: lazy("unfroze an account"),
    Event.ACCOUNT_CLOSED: lazy("closed an account"),
    Event.SESSIONS_ENDED: lazy("logged a customer out everywhere"),
    Event.EMAIL_WORKS_AGAIN: lazy("marked an e-mail address as working"),
    Event.CONSENT_GIVEN: lazy("recorded a consent"),
    Event.CONSENT_WITHDRAWN: lazy("recorded a withdrawal of consent"),
    Event.BUNDLE_KEY_MADE: lazy("made a key for bundles"),
    Event.BUNDLE_KEY_REVOKED: lazy("revoked a key for bundles"),
    Event.IMPORT_DROPPED: lazy("dropped a held import"),
}
ABOUT_STAFF = [str(event) for event in Event if event.name.startswith("STAFF_")]
"""Events that concern the staff, whoever caused them."""


def role(name: str) -> str:
    """The role's name."""
    return str(ROLES.get(name, name))  # pyright: ignore[reportArgumentType, reportCallIssue]


def role_hint(name: str) -> str:
    """What the role may do."""
    return str(HINTS.get(name, ""))  # pyright: ignore[reportArgumentType, reportCallIssue]


def did(event: str) -> str:
    """What was done; an event without words of its own as the log names it."""
    return str(DID.get(event, event))  # pyright: ignore[reportArgumentType, reportCallIssue]


def factors(keys: int, has_app: bool) -> str:
    """The second factors that somebody has: `2 passkeys, app`; "" for none."""
    told = [ngettext("%(num)s passkey", "%(num)s passkeys", keys)] if keys else []
    return ", ".join([*told, *([_("app")] if has_app else [])])
