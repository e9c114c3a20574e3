"""Events of the audit log. Their values are stored for ever: add some, change none."""

from enum import StrEnum


class Event(StrEnum):
    """A kind of event. `data_export/texts.py` has the words for customers."""

    LOG_BEGUN = "log begun"
    HEAD_NOTED = "head noted"

    REVIEW_ASKED = "review asked for"
    REGISTRATION_APPROVED = "registration approved"
    REGISTRATION_REFUSED = "registration refused"

    ACCOUNT_OPENED = "account opened"
    ACCOUNT_FROZEN = "account frozen"
    ACCOUNT_UNFROZEN = "account thawed"
    ACCOUNT_CLOSED = "account closed"
    FREEZE_LINK_MADE = "freeze link made"
    RESET_LINK_MADE = "reset link made"
    TEMPORARY_PASSWORD_MADE = "temporary password made"
    PASSWORD_CHANGED = "password changed"

    LOGGED_IN = "logged in"
    LOGGED_OUT = "logged out"
    MANY_FAILED_LOGINS = "many failed logins"
    SESSION_ENDED = "session ended"
    OTHER_SESSIONS_ENDED = "other sessions ended"
    SESSIONS_ENDED = "sessions ended"

    EMAIL_CHANGE_ASKED = "change of e-mail asked for"
    EMAIL_CHANGED = "e-mail changed"
    EMAIL_BOUNCED = "mail bounced"
    EMAIL_WORKS_AGAIN = "e-mail works again"
    PHONE_CHANGED = "phone changed"
    NOTIFICATIONS_CHOSEN = "notifications chosen"
    CONSENT_GIVEN = "consent given"
    CONSENT_WITHDRAWN = "consent withdrawn"
    DATA_DOWNLOADED = "all data downloaded"

    PAYMENT_STARTED = "payment started"
    PAID_ONLINE = "paid online"
    PAID_TWICE = "paid twice"
    PAYMENT_FAILED = "payment failed"
    PAYMENT_NOTICE_REFUSED = "payment notice refused"

    STAFF_INVITED = "staff invited"
    STAFF_JOINED = "staff joined"
    STAFF_LOGGED_IN = "staff logged in"
    STAFF_LOGGED_OUT = "staff logged out"
    STAFF_LOGINS_FAILED = "many failed staff logins"
    STAFF_PASSWORD_CHANGED = "staff password changed"
    STAFF_FACTOR_ADDED = "second factor added"
    STAFF_FACTOR_REMOVED = "second factor removed"
    STAFF_ACCOUNT_LINKED = "work account linked"
    STAFF_CODES_MADE = "recovery codes made"
    STAFF_CODE_USED = "recovery code used"
    STAFF_ROLE_CHANGED = "staff role changed"
    STAFF_SESSIONS_ENDED = "staff sessions ended"
    STAFF_REMOVED = "staff removed"

    CUSTOMER_SEEN = "customer seen"
    SCREEN_SEEN = "customer's screen seen"
    NOTE_WRITTEN = "note written"
    MAIL_SENT_AGAIN = "mail sent again"
    TRIES_UNLOCKED = "tries unlocked"
    ACT_UNDONE = "act undone"
    CUSTOMERS_SEARCHED = "customers searched"

    BUNDLE_RECEIVED = "bundle_received"
    BUNDLE_KEY_MADE = "bundle_key_made"
    BUNDLE_KEY_REVOKED = "bundle_key_revoked"
    IMPORT_DROPPED = "import_dropped"
