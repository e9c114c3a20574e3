"""What the wizard says when it cannot go on; no sentence tells which detail was wrong."""

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
    """The invoice is looked at only after the address is proven."""

    status = 403
    code = "code-not-proven"
    sentence = lazy("First enter the one-time code from the e-mail.")


class NoMatch(Refusal):
    """Something of NIP, buyer, number and sum is not as on the invoice: never which."""

    code = "no-match"
    sentence = lazy(
        "This does not match any of your three latest invoices. Check everything: "
        "whether you are registered as an individual or a company, the name of the "
        "buyer, the NIP, the invoice number and the gross amount, all from one invoice."
    )


class RegistrationVoid(Refusal):
    """Five failed matches, or the registration is over."""

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
    """The office checks by hand what failed twice, not before."""

    status = 403
    code = "may-not-ask-office"
    sentence = lazy("First check the details against the invoice once more.")


class AlreadyDecided(Refusal):
    """Another clerk was faster."""

    status = 409
    code = "already-decided"
    sentence = lazy("This request has already been decided.")


class NoSuchCustomer(Refusal):
    """Billing knows no customer with this code, so there is nothing to open an account for."""

    status = 409
    code = "no-such-customer"
    sentence = lazy("Billing has no customer with this code.")
