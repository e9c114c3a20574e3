"""Links between invoices and their corrections, and an invoice's versions.

A correction may correct several invoices, and may itself be corrected. Numbers are looked up among
the customer's own documents only.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ebok.database.prepared import prepared
from ebok.invoices.models import Invoice


@dataclass(frozen=True)
class Version:
    """The invoice as issued, or one correction of it.

    `after_grosze` is the gross after it; None if a correction of several invoices does not state
    how much belongs to each.
    """

    invoice: Invoice
    after_grosze: int | None


@dataclass(frozen=True)
class Links:
    """Links of one invoice.

    `corrects`: numbers on the document, each with the invoice if it is known. `corrected_by`: all
    later corrections, including corrections of corrections. `versions`: oldest first, empty if the
    invoice was never corrected.
    """

    corrects: dict[str, Invoice | None]
    corrected_by: list[Invoice]
    versions: list[Version]


def links(invoice: Invoice) -> Links:
    """The links of an invoice to other documents of its customer."""
    code = invoice.customer_code
    found = {each.number: each for each in _corrections.all(code)}
    found[invoice.number] = invoice
    roots = _roots(invoice, found) or [invoice.number]
    missing = [n for n in {*roots, *invoice.corrected_numbers} if n not in found]
    found |= {each.number: each for each in (_numbered.all(code, missing) if missing else ())}
    return Links(
        {number: found.get(number) for number in invoice.corrected_numbers},
        _later([invoice.number], found.values()),
        _versions(found[roots[0]], found.values()) if len(roots) == 1 and roots[0] in found else [],
    )


@prepared
def _corrections(customer_code: str):
    mine = Invoice.customer == customer_code
    return Invoice.select().where(mine & (Invoice.corrects != ""))


@prepared
def _numbered(customer_code: str, numbers: list[str]):
    mine = Invoice.customer == customer_code
    return Invoice.select().where(mine & Invoice.number.in_(numbers))


def _roots(invoice: Invoice, found: dict[str, Invoice]) -> list[str]:
    """Numbers of the original invoices behind a correction; none if corrections form a cycle."""
    seen, roots, ahead = {invoice.number}, [], [*invoice.corrected_numbers]
    for number in ahead:
        if number in seen:
            continue
        seen.add(number)
        further = found[number].corrected_numbers if number in found else []
        ahead += further
        roots += [] if further else [number]
    return roots


def _later(numbers: list[str], papers: Iterable[Invoice]) -> list[Invoice]:
    """Direct and indirect corrections of `numbers`: by day, each after what it corrects."""
    depths, left = dict.fromkeys(numbers, 0), list(papers)
    while True:
        near = [p for p in left if p.number not in depths and depths.keys() & p.corrected_numbers]
        if not near:
            break
        depths |= dict.fromkeys((p.number for p in near), max(depths.values()) + 1)
    later = [p for p in left if depths.get(p.number)]
    return sorted(later, key=lambda p: (p.issued_on, depths[p.number], p.number))


def _versions(root: Invoice, papers: Iterable[Invoice]) -> list[Version]:
    later = _later([root.number], papers)
    numbers = {root.number, *(each.number for each in later)}
    after, found = root.gross_grosze, [Version(root, root.gross_grosze)]
    for each in later:
        is_ours_alone = numbers.issuperset(each.corrected_numbers)
        after = after + each.gross_grosze if after is not None and is_ours_alone else None
        found.append(Version(each, after))
    return found if later else []
