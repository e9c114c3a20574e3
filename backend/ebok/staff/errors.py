"""Refusals of the staff's logins and of the list of staff."""

from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.errors import DoFirst, Refusal, TooMany
from ebok.pages.rendered import ShowPage


class WrongStaffLogin(Refusal):
    """No such login, wrong password, or nobody may sign in with it: one answer for all."""

    status = 401
    code = "wrong-staff-login"
    sentence = lazy("The e-mail address or the password is wrong.")


class SetUpByLink(Refusal):
    """The password is right, and there is no second factor: it is set up by a link alone."""

    status = 403
    code = "set-up-by-link"
    sentence = lazy(
        "You have no second factor yet. We have e-mailed you a new link: set it up there."
    )


class SetUpByInvitation(Refusal):
    """The work account is a member's, who has no second factor of ours yet."""

    status = 403
    code = "set-up-by-invitation"
    sentence = lazy("You have no second factor yet. Ask an administrator for a new invitation.")


class PasswordsClosed(Refusal):
    """The utility has closed the staff's logins with a password."""

    status = 403
    code = "passwords-closed"
    sentence = lazy("Passwords are not used here. Log in with your work account or a passkey.")


class ProviderDown(Refusal):
    """The provider of work accounts does not answer, or not as it should; `why` for the log."""

    status = 503
    code = "provider-down"
    sentence = lazy(
        "The login with work accounts does not work at the moment. Log in another way, or try "
        "again in a minute."
    )

    def __init__(self, why: str = ""):
        super().__init__()
        self.why = why


class ProviderFailed(Refusal):
    """The login at the provider was cancelled, is too old, or is not an answer to ours."""

    status = 422
    code = "provider-failed"
    sentence = lazy("The login with your work account did not work. Please try again.")


class NoWorkAccount(Refusal):
    """Who has logged in at the provider is not in the list of staff, or not known as one of it."""

    status = 403
    code = "no-work-account"
    sentence = lazy(
        "This work account is not known here. Ask an administrator for an invitation, and log in "
        "with the work account there."
    )


class TooManyStaffLogins(TooMany):
    """The source or the login used up its failures; the administrators have been told."""

    code = "too-many-staff-logins"
    sentence = lazy(
        "Too many failed logins. Wait a quarter of an hour. The administrators have been told."
    )


class NeedsCode(DoFirst):
    """The password was right; the second factor is missing."""

    code = "needs-code"
    sentence = lazy("Please confirm with your second factor first.")
    page = "/biuro/kod"


class NeedsFactor(DoFirst):
    """A second factor must be set up before anything else."""

    code = "needs-factor"
    sentence = lazy("Please set up a second factor first.")
    page = "/biuro/drugi-skladnik"


class WrongCode(Refusal):
    """The code of the app or from the paper is wrong, too old, or was used."""

    code = "wrong-code"
    sentence = lazy("This code does not work.")


class PasskeyFailed(Refusal):
    """The passkey is unknown, or its answer is not to our question."""

    code = "passkey-failed"
    sentence = lazy("The passkey did not work. Please try again, or log in another way.")


class AskAgain(ShowPage):
    """Something grave was asked for: show who you are, in the same form."""

    status = 403
    code = "ask-again"
    sentence = lazy("Please confirm that it is you.")
    page = "biuro/potwierdzenie"

    def __init__(self, fault: str = "", **values: Any):
        super().__init__([("again_code", fault)] if fault else ())
        self._values = values

    @property
    def values(self) -> dict[str, Any]:
        """What the page needs to ask for a passkey or a code."""
        return self._values


class LastAdministrator(Refusal):
    """Without them nobody could let anybody in."""

    status = 409
    code = "last-administrator"
    sentence = lazy("This is the last administrator. Make somebody else one first.")


class LastFactor(Refusal):
    """Without it only the password would be left."""

    status = 409
    code = "last-factor"
    sentence = lazy("This is your last second factor. Add another one first.")


class InvitationSpent(Refusal):
    """The link was used, has expired, or was replaced by a newer one."""

    status = 410
    code = "invitation-spent"
    sentence = lazy(
        "This invitation has already been used or is too old. Ask an administrator for a new one."
    )
