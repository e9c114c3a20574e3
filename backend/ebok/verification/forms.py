"""What is typed to ask *Czy to od nas?*."""

from flask_babel import lazy_gettext as lazy

from ebok.forms import Form, Text, read_as, required
from ebok.values import normalize


class AccountForm(Form):
    """A bank account number, as it stands on a paper or in a mail."""

    account = Text(validators=required(lazy("Enter the account number.")))

    def validate_account(self, field):
        """26 digits; a number that no bank would take is told as a slip of the pen."""
        read_as(normalize.bank_account, field)


class InvoiceForm(Form):
    """Number and amount: only both together tell."""

    number = Text(validators=required(lazy("Enter the invoice number.")))
    amount = Text(validators=required(lazy("Enter the amount.")))

    def validate_amount(self, field):
        """Whole grosze."""
        read_as(normalize.amount_grosze, field)


class MailForm(Form):
    """The short code at the end of a mail."""

    short_code = Text(validators=required(lazy("Enter the code from the message.")))

    def validate_short_code(self, field):
        """Eight letters and digits."""
        read_as(normalize.short_code, field)
