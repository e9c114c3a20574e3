"""Refusals of the wizard; no sentence says which detail was wrong."""

from flask_babel import lazy_gettext as lazy

from ebok.errors import Refusal, TooMany


class NoRegistration(Refusal):
    """This browser holds no registration, or another one took it over."""

    status = 404
    code = "no-registration"
    sentence = lazy(
        "There is no registration in progress in this browser. Please start from the beginning."
    )


class CodeNotProven(Refusal):
    """The invoice is checked only after the e-mail address has been confirmed."""

    status = 403
    code = "code-not-proven"
    sentence = lazy("First enter the one-time code from the e-mail.")


class NoMatch(Refusal):
    """Buyer, number, amount or a company's NIP differs from the invoice; the answer never says
    which. It names what was asked for: a person has no NIP to enter."""

    code = "no-match"
    sentence = lazy(
        "This does not match any of your three latest invoices. Check everything: "
        "whether you are registered as an individual or a company, the name of the "
        "buyer, the invoice number and the gross amount, all from one invoice."
    )


class NoCompanyMatch(NoMatch):
    """The same for who registers as a company."""

    sentence = lazy(
        "This does not match any of your three latest invoices. Check everything: "
        "whether you are registered as an individual or a company, the name of the "
        "buyer, the NIP, the invoice number and the gross amount, all from one invoice."
    )


class RegistrationVoid(Refusal):
    """No matches are left, or the registration has ended."""

    status = 410
    code = "registration-void"
    sentence = lazy(
        "This registration has ended after too many attempts. Please start again, or call us."
    )


class RegistrationStopped(TooMany):
    """Too many failed matches for this customer code today."""

    code = "registration-stopped"
    sentence = lazy(
        "Registration with this customer code is stopped until tomorrow."
        " Please call us: we will help."
    )


class MayNotAskOffice(Refusal):
    """The office checks by hand only after two failed attempts."""

    status = 403
    code = "may-not-ask-office"
    sentence = lazy("First check the details against the invoice once more.")


class AlreadyDecided(Refusal):
    """Another clerk has decided this request."""

    status = 409
    code = "already-decided"
    sentence = lazy("This request has already been decided.")


class NoSuchCustomer(Refusal):
    """Billing knows no customer with this code, so there is nothing to open an account for."""

    status = 409
    code = "no-such-customer"
    sentence = lazy("Billing has no customer with this code.")


class NoSuchWay(Refusal):
    """Billing holds no such phone number or address, so the customer was not reached by it."""

    status = 409
    code = "no-such-way"
    sentence = lazy("Billing holds no such way to reach this customer.")


class TooLateToTakeBack(Refusal):
    """The mail about the refusal has left, or the applicant has asked anew."""

    status = 410
    code = "too-late-to-take-back"
    sentence = lazy("It is too late to take this back.")


class NothingToUnlock(Refusal):
    """No registration for this customer code is under way."""

    status = 409
    code = "nothing-to-unlock"
    sentence = lazy("No registration for this customer code is under way.")
