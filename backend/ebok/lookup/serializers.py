"""What was found, as the box and its page show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ebok.lookup import operations_described as described, operations_searches as searches, texts
from ebok.lookup.models import Search
from ebok.lookup.operations import WORDS, Results
from ebok.lookup.operations_words import WORD, compact, words_of
from ebok.staff.models import StaffMember

Address = tuple[str, str, str]


@dataclass(frozen=True)
class Row:
    """A customer who was found. `name` and `address` have what was typed marked."""

    code: str
    name: Markup
    address: Markup
    value: str
    account: str
    account_style: str


@dataclass(frozen=True)
class ShownGroup:
    """Customers who were found in one way."""

    title: str
    count: str
    rows: list[Row]


def found(search: Search, results: Results) -> dict[str, Any]:
    """What a search found."""
    groups = results.groups
    shown = sum(len(group.hits) for group in groups)
    begun = {*words_of(search.query), *(w for some in results.instead.values() for w in some)}
    rows = _Rows(results.codes, begun)
    return {
        "search": search,
        "groups": [
            ShownGroup(
                texts.title(group),
                texts.count(group),
                [
                    rows[hit.code, hit.value if group.kind != WORDS else ""]
                    for hit in group.hits
                    if hit.code in rows.codes
                ],
            )
            for group in groups
        ],
        "count": texts.results(shown, any(group.has_more for group in groups)),
        "instead": results.instead,
        "singly": results.singly,
        "is_behind": results.is_behind,
        "jump": results.jump,
    }


def recents(member: StaffMember) -> dict[str, Any]:
    """Whom a member has opened last."""
    codes = searches.recents(member)
    rows = _Rows(codes, ())
    return {"recents": [rows[code, ""] for code in codes if code in rows.codes]}


class _Rows:
    """Rows of customers, read at once."""

    def __init__(self, codes: Sequence[str], begun: Any):
        self.begun = tuple(begun)
        self.codes = described.names_of(codes)
        self.addresses = described.addresses_of(codes)
        self.accounts = described.accounts_of(codes)

    def __getitem__(self, key: tuple[str, str]) -> Row:
        code, value = key
        style, account = texts.account(self.accounts.get(code))
        address = self._best(self.addresses.get(code, []))
        return Row(
            code,
            marked(self.codes[code], self.begun),
            marked(address, self.begun),
            "" if value == compact(code) else value,
            account,
            style,
        )

    def _best(self, addresses: list[Address]) -> str:
        """The address that has most of what was typed; the customer's own, if none has more."""
        told = [", ".join(filter(None, (street, city))) for street, _code, city in addresses]
        return max(told, key=self._fits, default="")

    def _fits(self, address: str) -> int:
        words = words_of(address)
        return sum(any(word.startswith(begin) for word in words) for begin in self.begun)


def marked(text: str, begun: Sequence[str]) -> Markup:
    """The text, with each word marked that begins with one of these folded words."""
    pieces: list[Markup] = []
    end = 0
    for match in WORD.finditer(text):
        words = words_of(match[0])
        is_hit = any(word.startswith(begin) for word in words for begin in begun)
        pieces.append(Markup.escape(text[end : match.start()]))
        form = Markup('<mark class="hit">{}</mark>') if is_hit else Markup("{}")
        pieces.append(form.format(match[0]))
        end = match.end()
    return Markup("").join([*pieces, Markup.escape(text[end:])])
