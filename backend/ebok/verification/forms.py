"""Forms of *Czy to od nas?*."""

from flask_babel import lazy_gettext as lazy
from wtforms import Field

from ebok.forms import Form, Text, read_as, required
from ebok.values import normalize


class AccountForm(Form):
    """A bank account number, from paper or from a mail."""

    account = Text(
        validators=required(lazy("Enter the account number.")),
        description="26 digits; spaces, dashes and PL are forgiven.",
    )

    def validate_account(self, field: Field):
        """Parse 26 digits; wrong check digits are reported as a typing error."""
        read_as(normalize.bank_account, field)


class InvoiceForm(Form):
    """Number and amount of an invoice, compared together."""

    number = Text(validators=required(lazy("Enter the invoice number.")))
    amount = Text(
        validators=required(lazy("Enter the amount.")), description="123,45 and the like."
    )

    def validate_amount(self, field: Field):
        """Parse the amount in grosze."""
        read_as(normalize.amount_grosze, field)


class MailForm(Form):
    """The short code at the end of our mails."""

    short_code = Text(
        validators=required(lazy("Enter the code from the message.")),
        description="Eight letters and digits; look-alikes are forgiven.",
    )

    def validate_short_code(self, field: Field):
        """Parse eight letters and digits."""
        read_as(normalize.short_code, field)
