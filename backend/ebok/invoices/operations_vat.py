"""The VAT summary: net and VAT of each rate, which add up to the invoice's own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ebok.invoices.models import Invoice, InvoiceLine, VatSum
from ebok.invoices.operations_lines import net_of
from ebok.ksef.invoice import VatSum as VatSumOfFile
from ebok.values.rounding import rounded
from ebok.values.vat import percent


@dataclass(frozen=True)
class RateSum:
    """Net and VAT at one rate, as FA(3) writes rates; "" where the rate is not known."""

    vat_rate: str
    net_grosze: int
    vat_grosze: int


def summary(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    stated: Sequence[VatSum] | Sequence[VatSumOfFile],
) -> list[RateSum]:
    """As the document states it; else from its lines; else the invoice's sums alone.

    From lines, what their rounding leaves over goes to the largest rate. Where lines and invoice
    are further apart than rounding explains, lines are missing, and no rate is made up.
    """
    if stated:
        return [RateSum(s.vat_rate, s.net_grosze, s.vat_grosze) for s in stated]
    rates = {line.vat_rate for line in lines}
    if len(rates) > 1 and (sums := _from_lines(invoice, lines)):
        return sums
    rate = rates.pop() if len(rates) == 1 else ""
    return [RateSum(rate, invoice.net_grosze, invoice.vat_grosze)]


def _from_lines(invoice: Invoice, lines: Sequence[InvoiceLine]) -> list[RateSum]:
    nets = _nets(lines)
    if nets is None:
        return []
    known = {rate: each for rate in nets if (each := percent(rate)) is not None}
    sums = {rate: (rounded(net), rounded(net * known[rate] / 100)) for rate, net in nets.items()}
    net_left = invoice.net_grosze - sum(net for net, _vat in sums.values())
    vat_left = invoice.vat_grosze - sum(vat for _net, vat in sums.values())
    if max(abs(net_left), abs(vat_left)) > len(lines):
        return []
    largest = max(sums, key=lambda rate: (abs(sums[rate][0]), rate))
    net, vat = sums[largest]
    sums[largest] = net + net_left, vat + vat_left
    return [RateSum(rate, *sums[rate]) for rate in sorted(sums)]


def _nets(lines: Sequence[InvoiceLine]) -> dict[str, Fraction] | None:
    """Net by rate; None when a line does not say what is needed."""
    nets: dict[str, Fraction] = defaultdict(Fraction)
    for line in lines:
        net = _net(line)
        if net is None:
            return None
        # How it stood before is taken back, and how it stands now put in its place.
        nets[line.vat_rate] += -net if line.before_correction else net
    return nets


def _net(line: InvoiceLine) -> Fraction | None:
    rate, net = percent(line.vat_rate), net_of(line)
    if rate is None or net is not None:
        return net if rate is not None else None
    return None if line.gross_grosze is None else Fraction(line.gross_grosze) / (1 + rate / 100)
