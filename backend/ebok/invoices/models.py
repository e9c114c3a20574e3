"""The mirror of the billing system's invoices."""

from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from ebok.customers.models import LONGEST_NAME, Customer
from ebok.database import Table
from ebok.database.prepared import prepared
from ebok.errors import NotFound
from ebok.tokens import new_public_id

PROVING_KINDS = ("invoice", "correction")
"""Kinds that can prove an invoice at registration; interest notes cannot."""

JPK_FA, FA2 = "JPK_FA(4)", "FA(2)"
"""Files that tell of the past; JPK_FA says nothing of what was paid."""

CALL = "call"
"""A call for payment (*wezwanie*) asks for what other papers ask for: it counts nowhere itself."""


class Invoice(Table):
    """An invoice, correction, note or demand. Amounts are whole grosze, negative where a correction
    lowers them.

    - `kind`: "invoice", "correction", "note" or "call" (payment demand)
    - `corrects`: number of the corrected invoice; `corrects_also`: further ones, one per line;
      `correction_reason`: why
    - `public_id`: the id in URLs, looked up only among the customer's own invoices
    - `payable_grosze`: the amount to pay as the document states it, if it is not the gross
    - `ksef_kind`: RodzajFaktury of FA(3), such as KOR or ZAL
    - `point_code`: the point of use, if known
    - `bank_account`: the account printed on it, if it is not the customer's
    - `recipient_name`, `buyer_nip`: on invoices from KSeF with a recipient other than the buyer
    - `due_terms`: due dates in words (TerminOpis); shown, never overdue
    - `history_from`: `JPK_FA` or `FA2` if known only from such a file; no mail is sent about it
    """

    number = CharField(primary_key=True)
    customer_code: "CharField[str]"
    customer = ForeignKeyField(Customer, column_name="customer_code", backref="invoices")
    kind = CharField()
    buyer_name = CharField(max_length=LONGEST_NAME)
    issued_on = DateField()
    due_on = DateField(null=True)
    period_from = DateField(null=True)
    period_to = DateField(null=True)
    net_grosze = BigIntegerField()
    vat_grosze = BigIntegerField()
    gross_grosze = BigIntegerField()
    outstanding_grosze = BigIntegerField()
    ksef_number = CharField(default="")
    corrects = CharField(default="")
    public_id = CharField(default=new_public_id)
    payable_grosze = BigIntegerField(null=True)
    ksef_kind = CharField(default="")
    point_code = CharField(default="")
    bank_account = CharField(default="")
    recipient_name = CharField(max_length=LONGEST_NAME, default="")
    buyer_nip = CharField(default="")
    due_terms = CharField(default="")
    corrects_also = TextField(default="")
    correction_reason = CharField(max_length=LONGEST_NAME, default="")
    history_from = CharField(default="")
    import_id = IntegerField(default=0)
    instalments: "Any"

    class Meta:
        indexes = ((("customer", "issued_on"), False),)

    @property
    def corrected_numbers(self) -> list[str]:
        """The numbers of all invoices that it corrects, in the order of the document."""
        return [number for number in (self.corrects, *self.corrects_also.splitlines()) if number]

    @property
    def is_from_jpk(self) -> bool:
        """Whether it comes from JPK_FA, which knows neither due date nor payments."""
        return self.history_from == JPK_FA

    @classmethod
    def get_of(cls, customer_code: str, public_id: str) -> "Invoice":
        """The customer's invoice with this public id. Raises NotFound, for another's, too."""
        found = _of_public_id.first(customer_code, public_id)
        if found is None:
            raise NotFound()
        return found

    @classmethod
    def get_numbered(cls, customer_code: str, number: str) -> "Invoice":
        """The customer's invoice with this number. Raises NotFound, for another's, too."""
        found = cls.get_or_none((cls.customer == customer_code) & (cls.number == number))
        if found is None:
            raise NotFound()
        return found

    @classmethod
    def find_newest(cls, customer_code: str) -> "Invoice | None":
        """The customer's newest document of kind "invoice", or None."""
        return _newest.first(customer_code)

    @classmethod
    def newest_three(cls, customer_code: str) -> list["Invoice"]:
        """The customer's three newest invoices and corrections, or more if some share a day."""
        of_customer = (cls.customer == customer_code) & cls.kind.in_(PROVING_KINDS)
        edge = (
            cls.select(cls.issued_on)
            .where(of_customer)
            .order_by(cls.issued_on.desc())
            .offset(2)
            .limit(1)
        )
        oldest = fn.COALESCE(edge, "0001-01-01")
        return list(cls.select().where(of_customer & (cls.issued_on >= oldest)))

    @classmethod
    def newest_proving(cls, customer_code: str, most: int) -> list["Invoice"]:
        """The customer's newest invoices and corrections, at most so many."""
        of_customer = (cls.customer == customer_code) & cls.kind.in_(PROVING_KINDS)
        order = (cls.issued_on.desc(), cls.number.desc())
        return list(cls.select().where(of_customer).order_by(*order).limit(most))


@prepared
def _of_public_id(customer_code: str, public_id: str):
    mine = (Invoice.customer == customer_code) & (Invoice.public_id == public_id)
    return Invoice.select().where(mine)


@prepared
def _newest(customer_code: str):
    mine = (Invoice.customer == customer_code) & (Invoice.kind == "invoice")
    newest = Invoice.select().where(mine)
    return newest.order_by(Invoice.issued_on.desc(), Invoice.number.desc()).limit(1)


# Partial indexes for *Czy to od nas?* and imports; these columns are mostly empty.
for _field in (Invoice.ksef_number, Invoice.bank_account, Invoice.history_from):
    Invoice.add_index(
        Invoice.index(_field, where=_field != "", name=f"invoice_{_field.column_name}")
    )


class InvoiceLine(Table):
    """A line of an invoice; on corrections the amounts are differences.

    Quantities are whole millionths of their unit, prices whole millionths of a grosz. `vat_rate` is
    written as in FA(3): 8, 23, zw, np I. NULL where the document states nothing.
    `before_correction` is true for a line with the state before the correction (StanPrzed).
    """

    invoice_number: "CharField[str]"
    invoice = ForeignKeyField(Invoice, column_name="invoice_number", backref="lines", index=False)
    position = IntegerField()
    name = CharField(max_length=LONGEST_NAME)
    unit = CharField(default="")
    quantity_millionths = BigIntegerField(null=True)
    unit_net_microgrosze = BigIntegerField(null=True)
    net_grosze = BigIntegerField(null=True)
    gross_grosze = BigIntegerField(null=True)
    vat_rate = CharField(default="")
    before_correction = BooleanField(default=False)
    import_id = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("invoice", "position")

    @classmethod
    def of(cls, number: str) -> list["InvoiceLine"]:
        """The lines of this invoice, in order."""
        return _lines.all(number)


@prepared
def _lines(number: str):
    mine = InvoiceLine.select().where(InvoiceLine.invoice == number)
    return mine.order_by(InvoiceLine.position)


class VatSum(Table):
    """Net and VAT of one rate as the document states them (FA(3) P_13, P_14)."""

    invoice_number: "CharField[str]"
    invoice = ForeignKeyField(
        Invoice, column_name="invoice_number", backref="vat_sums", index=False
    )
    vat_rate = CharField()
    net_grosze = BigIntegerField()
    vat_grosze = BigIntegerField()
    import_id = IntegerField(default=0)

    class Meta:
        table_name = "invoice_vat_sum"
        primary_key = CompositeKey("invoice", "vat_rate")

    @classmethod
    def of(cls, number: str) -> list["VatSum"]:
        """The VAT sums that this invoice states."""
        return _vat_sums.all(number)


@prepared
def _vat_sums(number: str):
    return VatSum.select().where(VatSum.invoice == number)


class Instalment(Table):
    """An instalment of an invoice.

    `amount_grosze` is NULL where the document gives due dates without amounts, as FA(3) does: then
    the invoice is divided equally (docs/decisions/0014).
    """

    invoice_number: "CharField[str]"
    invoice = ForeignKeyField(
        Invoice, column_name="invoice_number", backref="instalments", index=False
    )
    due_on = DateField(index=True)
    amount_grosze = BigIntegerField(null=True)
    import_id = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("invoice", "due_on")


class InvoiceReading(Table):
    """A meter reading from the invoice's own XML (notes or attachment).

    Used only where billing exports no readings.
    """

    invoice_number: "CharField[str]"
    invoice = ForeignKeyField(
        Invoice, column_name="invoice_number", backref="readings", index=False
    )
    position = IntegerField()
    serial = CharField()
    previous_litres = BigIntegerField()
    current_litres = BigIntegerField()
    import_id = IntegerField(default=0)

    class Meta:
        table_name = "invoice_reading"
        primary_key = CompositeKey("invoice", "position")

    @classmethod
    def of(cls, number: str) -> list["InvoiceReading"]:
        """The readings in this invoice's file, in order."""
        return _told_readings.all(number)


@prepared
def _told_readings(number: str):
    mine = InvoiceReading.select().where(InvoiceReading.invoice == number)
    return mine.order_by(InvoiceReading.position)
