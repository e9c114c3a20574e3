"""The VAT summary: net and VAT of each rate, adding up to the invoice's totals."""

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
    """Net and VAT of one rate, written as in FA(3); "" if the rate is unknown."""

    vat_rate: str
    net_grosze: int
    vat_grosze: int


def summary(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    stated: Sequence[VatSum] | Sequence[VatSumOfFile],
) -> list[RateSum]:
    """The document's own summary, else computed from its lines, else the invoice's totals.

    Rounding differences of lines are added to the largest rate. If lines differ from the totals by
    more than rounding, some are missing: then the rate is left unknown.
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
    """Net by rate; None if a line lacks net or rate."""
    nets: dict[str, Fraction] = defaultdict(Fraction)
    for line in lines:
        net = _net(line)
        if net is None:
            return None
        # The state before the correction counts negative, the state after it positive.
        nets[line.vat_rate] += -net if line.before_correction else net
    return nets


def _net(line: InvoiceLine) -> Fraction | None:
    rate, net = percent(line.vat_rate), net_of(line)
    if rate is None or net is not None:
        return net if rate is not None else None
    return None if line.gross_grosze is None else Fraction(line.gross_grosze) / (1 + rate / 100)
