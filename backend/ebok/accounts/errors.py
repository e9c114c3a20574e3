"""Refusals of logins, passwords and changes of contact data."""

from flask_babel import lazy_gettext as lazy

from ebok.errors import DoFirst, Refusal, TooMany


class HasAccount(Refusal):
    """The customer code already has an account. Said only to somebody who proved an invoice."""

    status = 409
    code = "has-account"
    sentence = lazy("This customer code already has an account. Log in, or ask for a new password.")


class WrongLogin(Refusal):
    """The account does not exist or the password is wrong; the answer does not say which."""

    status = 401
    code = "wrong-login"
    sentence = lazy("The customer code and the password do not match.")


class TemporaryPasswordExpired(Refusal):
    """The temporary password is right but has expired."""

    status = 410
    code = "temporary-password-expired"
    sentence = lazy(
        "This temporary password has expired. Ask for a new one: choose “I have "
        "forgotten my password”."
    )


class MustChangePassword(DoFirst):
    """With a temporary password only setting an own one is allowed."""

    code = "must-change-password"
    sentence = lazy("Please set your own password first.")
    page = "/zmiana-hasla"


class AccountFrozen(Refusal):
    """Frozen by the link in a mail, or by the office."""

    status = 423
    code = "account-frozen"
    sentence = lazy("This account is frozen. Please call us.")


class TooManyLogins(TooMany):
    """The source used up its failed logins (`limits.logins_per_source`)."""

    code = "too-many-logins"
    sentence = lazy("Too many failed logins. Please wait a quarter of an hour.")


class TooManyLoginsOfCode(TooMany):
    """The customer code used up its failed logins from all sources; password resets still work."""

    code = "too-many-logins-of-code"
    sentence = lazy(
        "Too many failed logins with this customer code. Wait an hour, or choose “I "
        "have forgotten my password”."
    )


class TooManyChecks(TooMany):
    """The current password was wrong too often (`limits.logins_per_source`), so the session was
    ended.
    """

    code = "too-many-checks"
    sentence = lazy("Too many wrong passwords: you have been logged out. Please log in again.")


class NoAccount(Refusal):
    """No account has this customer code; only clerks are told so."""

    status = 404
    code = "no-account"
    sentence = lazy("No account has this customer code.")


class NotFrozen(Refusal):
    """The account to be unfrozen is not frozen."""

    status = 409
    code = "not-frozen"
    sentence = lazy("This account is not frozen.")


class NoFormerAddress(Refusal):
    """The account never had another address; only clerks are told so."""

    status = 409
    code = "no-former-address"
    sentence = lazy("We know no former e-mail address of this account.")


class AddressWorks(Refusal):
    """No mail from this address has come back, so it need not be confirmed again."""

    status = 409
    code = "address-works"
    sentence = lazy("We already write to this address.")


class NoEmailChange(Refusal):
    """No new address waits for its code."""

    status = 404
    code = "no-email-change"
    sentence = lazy("No change of e-mail address is in progress.")
