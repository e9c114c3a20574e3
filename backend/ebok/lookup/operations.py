"""Finding: what was typed is told apart first; an identifier jumps, words are searched for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ebok.database import all_rows, placeholders
from ebok.lookup import operations_index as index
from ebok.lookup.operations_found import Found, count_each, find_by_words
from ebok.lookup.operations_words import compact, phone, unique
from ebok.values import normalize

MOST_STALE = 200
"""Changes that a search takes into the index itself; more are the worker's."""
LONGEST_QUERY = 100
SHORTEST_BEGINNING = 4
"""Least letters and digits of a beginning of an identifier."""
LONGEST_HOUSE = 5
"""What is no longer may be a house, too: words are looked for as well."""
SHORTEST_PHONE = 9
MOST_BEGUN = 20
WORDS = "words"
KINDS = ("code", "invoice", "ksef", "serial", "nip", "phone", "email")


@dataclass(frozen=True)
class Hit:
    """A customer, and the identifier that they were found by; "" for words."""

    code: str
    value: str = ""


@dataclass(frozen=True)
class Group:
    """What was found by one kind of identifier of `KINDS`, or by words.

    `is_whole` says that it is all of the identifier, and not its beginning.
    """

    kind: str
    hits: list[Hit]
    has_more: bool = False
    is_whole: bool = True


@dataclass(frozen=True)
class Results:
    """What a search found, in the order in which it is shown.

    `instead` are words that nobody has, with those that were found in their place; `singly` are
    the words of a search without a hit, each with how many have it by itself. `is_behind` says
    that the index is being made.
    """

    groups: list[Group] = field(default_factory=list[Group])
    instead: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    singly: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    is_behind: bool = False

    @property
    def codes(self) -> list[str]:
        """Each customer once, in the order of the hits."""
        return unique(hit.code for group in self.groups for hit in group.hits)

    @property
    def jump(self) -> Hit | None:
        """The one hit of a whole identifier, if it is the only one."""
        whole = [group for group in self.groups if group.kind != WORDS and group.is_whole]
        found = {hit.code: hit for group in whole for hit in group.hits}
        return next(iter(found.values())) if len(found) == 1 else None


def find(query: str, most: int) -> Results:
    """Find customers by whatever was typed; at most `most` of each group."""
    if index.count_stale(MOST_STALE + 1) <= MOST_STALE:
        index.catch_up(MOST_STALE)
    is_behind = bool(index.count_stale(1))
    groups = [_cut(group, most) for group in _identified(query)]
    is_sure = any(group.is_whole for group in groups)
    if is_sure and len(compact(query)) > LONGEST_HOUSE:
        return Results(groups, is_behind=is_behind)
    found = find_by_words(query)
    if found.customers:
        groups.append(_by_words(found, most))
    singly = [] if groups else count_each(query)
    return Results(groups, found.instead, singly if len(singly) > 1 else [], is_behind)


def find_caller(number: str) -> list[str]:
    """Codes of the customers with this phone number, in any notation."""
    digits = phone(number)
    if not 7 <= len(digits) <= 15:
        return []
    if index.count_stale(MOST_STALE + 1) <= MOST_STALE:
        index.catch_up(MOST_STALE)
    return [hit.code for hit in _exact(("phone",), [digits])]


def _cut(group: Group, most: int) -> Group:
    return Group(group.kind, group.hits[:most], len(group.hits) > most, group.is_whole)


def _by_words(found: Found, most: int) -> Group:
    hits = [Hit(each.code) for each in found.customers]
    return Group(WORDS, hits[:most], found.has_more or len(hits) > most)


def _identified(query: str) -> list[Group]:
    """Who has what was typed as an identifier; else who has one that begins so."""
    if "@" in query:
        typed = "".join(query.casefold().split())
        whole = _exact(("email",), [typed])
        return _grouped(whole) or _grouped(_begun(("email",), typed), is_whole=False)
    typed = compact(query)
    if not any(letter.isdigit() for letter in typed):
        return []
    forms = unique((typed, typed.removeprefix("pl")))
    whole = [*_exact(("code", "serial", "nip"), forms), *_of_phone(query)]
    invoices = _of_invoice(query)
    if whole or invoices:
        return [*_grouped(whole), *invoices]
    if len(typed) < SHORTEST_BEGINNING or not typed[-1].isdigit():
        return []
    return _grouped(_begun(("code", "serial", "phone"), typed), is_whole=False)


@dataclass(frozen=True)
class _Identified(Hit):
    kind: str = ""


def _grouped(hits: Sequence[_Identified], is_whole: bool = True) -> list[Group]:
    kinds = unique(hit.kind for hit in hits)
    return [
        Group(kind, [Hit(h.code, h.value) for h in hits if h.kind == kind], is_whole=is_whole)
        for kind in sorted(kinds, key=KINDS.index)
    ]


def _of_phone(query: str) -> list[_Identified]:
    digits = phone(query) if not any(letter.isalpha() for letter in query) else ""
    return _exact(("phone",), [digits]) if len(digits) >= SHORTEST_PHONE else []


def _of_invoice(query: str) -> list[Group]:
    number = normalize.invoice_number(query)
    found: list[Group] = []
    for kind, column in (("invoice", "number"), ("ksef", "ksef_number")):
        rows = all_rows(f"SELECT customer_code FROM invoice WHERE {column} = {{0}}", number)
        if number and rows:
            found.append(Group(kind, [Hit(code, number) for (code,) in rows]))
    return found


def _exact(kinds: Sequence[str], values: list[str]) -> list[_Identified]:
    """Who has one of these identifiers."""
    return _identifiers(
        f"i.value IN ({placeholders(values)})", [each.encode() for each in values], kinds
    )


def _begun(kinds: Sequence[str], beginning: str) -> list[_Identified]:
    """Who has an identifier that begins so."""
    begin = beginning.encode()
    return _identifiers("i.value >= {0} AND i.value < {0}", [begin, begin + b"\xff"], kinds)


def _identifiers(where: str, values: list[bytes], kinds: Sequence[str]) -> list[_Identified]:
    rows = all_rows(
        f"""
        SELECT c.code, i.value, i.kind FROM (
            SELECT value, kind, customer_id FROM lookup_identifier AS i
            WHERE {where} AND i.kind IN ({placeholders(kinds)}) ORDER BY value LIMIT {{0}}) AS i
        JOIN lookup_customer AS c ON c.id = i.customer_id
        ORDER BY i.value, c.code
        """,
        *values,
        *kinds,
        MOST_BEGUN,
    )
    return [_Identified(code, bytes(value).decode(), kind) for code, value, kind in rows]
