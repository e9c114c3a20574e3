"""Customers by words: in any order, their beginnings too, with one error in each forgiven.

The rarest of the words is gone through in the index; each customer who has it is asked for the
others, which are in one row with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ebok.database import all_rows, placeholders
from ebok.lookup.operations_words import keys_of, unique, words_of

MOST_WORDS = 8
MOST_CANDIDATES = 200
"""Found customers that are put in order; beyond that the count is told as "more than"."""
MOST_READ = 20_000
"""Customers with the rarest word who are asked for the others."""
MOST_MET = 6_000
"""Customers with the second rarest word, up to which both words' customers are read and met."""
MOST_DESCRIBED = 2_000
MOST_BEGUN = 200
"""Words with one beginning."""
MOST_ALIKE = 20
"""Words one error apart."""
AS_TYPED, BEGUN, ALIKE = 1.0, 0.9, 0.7


@dataclass(frozen=True)
class Candidate:
    """A customer who has all the words, and how well they fit."""

    id: int
    code: str
    score: float


@dataclass
class Term:
    """One word that was typed, and the words of the index that it may stand for, by id."""

    typed: str
    same: dict[int, int] = field(default_factory=dict[int, int])
    begun: dict[int, int] = field(default_factory=dict[int, int])
    alike: dict[int, tuple[str, int]] = field(default_factory=dict[int, tuple[str, int]])

    def ids(self, with_errors: bool) -> list[list[int]]:
        """The ids, those that fit better first."""
        return [list(self.same), [*self.begun, *(self.alike if with_errors else ())]]

    def weight(self, with_errors: bool) -> int:
        """About how many customers have one of them."""
        alike = sum(count for _word, count in self.alike.values()) if with_errors else 0
        return sum(self.same.values()) + sum(self.begun.values()) + alike

    def patterns(self, with_errors: bool) -> list[str]:
        """As `LIKE` finds them in `IndexedCustomer.words`."""
        alike = [word for word, _count in self.alike.values()] if with_errors else []
        return [f"% {self.typed}%", *(f"% {word} %" for word in alike)]


@dataclass(frozen=True)
class Found:
    """Customers, the best first; whether there are more; words that were taken for others."""

    customers: list[Candidate] = field(default_factory=list[Candidate])
    has_more: bool = False
    instead: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def find_by_words(text: str) -> Found:
    """Customers whose name or addresses have all the words of the text."""
    terms = [_term(word) for word in unique(words_of(text))[:MOST_WORDS]]
    if not terms:
        return Found()
    for term in terms:
        term.alike = _alike(term)
    found = _walk(terms, with_errors=True)
    if len(found) >= MOST_CANDIDATES:
        # More than are looked at: those without an error first.
        found = _walk(terms, with_errors=False) | found
    has_more = len(found) >= MOST_CANDIDATES
    return Found(_rank(terms, found), has_more, _instead(terms, found))


def count_each(text: str) -> list[tuple[str, int]]:
    """Each word of a text that somebody has, by itself, with about how many."""
    words = unique(words_of(text))[:MOST_WORDS]
    counted = [(term.typed, term.weight(True)) for term in map(_term_with_errors, words)]
    return [(word, count) for word, count in counted if count]


def _term_with_errors(word: str) -> Term:
    term = _term(word)
    term.alike = _alike(term)
    return term


def _term(word: str) -> Term:
    """The word and those that begin with it: one range of the index."""
    begin = word.encode()
    rows = all_rows(
        """
        SELECT id, customers, word FROM lookup_word
        WHERE word >= {0} AND word < {0} AND customers > 0 ORDER BY word LIMIT {0}
        """,
        begin,
        begin + b"\xff",
        MOST_BEGUN,
    )
    term = Term(word)
    for number, count, other in rows:
        (term.same if bytes(other) == begin else term.begun)[number] = count
    return term


def _alike(term: Term) -> dict[int, tuple[str, int]]:
    """Words one error apart, those that more people have first."""
    # Loads slowly, and only searching needs it.
    from rapidfuzz.distance import OSA

    keys = [key.encode() for key in keys_of(term.typed)]
    if not keys:
        return {}
    rows = all_rows(
        f"""
        SELECT DISTINCT w.id, w.word, w.customers FROM lookup_word_key AS k
        JOIN lookup_word AS w ON w.id = k.word_id
        WHERE k.key IN ({placeholders(keys)}) AND w.customers > 0
        """,
        *keys,
    )
    near = [(number, bytes(word).decode(), count) for number, word, count in rows]
    near = [each for each in near if OSA.distance(term.typed, each[1], score_cutoff=1) == 1]
    near.sort(key=lambda each: -each[2])
    known = {*term.same, *term.begun}
    return {n: (word, count) for n, word, count in near[:MOST_ALIKE] if n not in known}


def _walk(terms: Sequence[Term], with_errors: bool) -> dict[int, tuple[str, str]]:
    """Customers who have all terms: id -> code and words."""
    weights = {id(term): term.weight(with_errors) for term in terms}
    if not all(weights.values()):
        return {}
    first, *others = sorted(terms, key=lambda term: weights[id(term)])
    few, more = weights[id(first)], weights[id(others[0])] if others else 0
    # To ask one customer for a word takes as long as to read ten of a range.
    if others and more <= min(MOST_MET, 10 * few):
        found = _meet(first, others[0], with_errors)
        wanted = [term.patterns(with_errors) for term in others[1:]]
        return _having_all(_described(found), wanted)
    found = []
    for ids in first.ids(with_errors):
        if ids and len(found) < MOST_CANDIDATES:
            found += _having(ids, others, with_errors)
    return _described(unique_ids(found)[:MOST_CANDIDATES])


def _meet(one: Term, other: Term, with_errors: bool) -> list[int]:
    """Customers who have both terms, by two ranges of the index."""
    mine = _postings(one, with_errors)
    return list(mine & _postings(other, with_errors))[:MOST_DESCRIBED] if mine else []


def _postings(term: Term, with_errors: bool) -> set[int]:
    ids = [number for some in term.ids(with_errors) for number in some]
    rows = all_rows(
        f"SELECT customer_id FROM lookup_posting WHERE word_id IN ({placeholders(ids)})", *ids
    )
    return {number for (number,) in rows}


def _having_all(
    found: dict[int, tuple[str, str]], wanted: list[list[str]]
) -> dict[int, tuple[str, str]]:
    """Those whose words have one of each of these patterns; not more than are put in order."""
    rests = [[pattern.strip("%") for pattern in some] for some in wanted]
    having = [
        number
        for number, (_code, words) in found.items()
        if all(any(rest in words for rest in some) for some in rests)
    ]
    return {number: found[number] for number in having[:MOST_CANDIDATES]}


def unique_ids(numbers: Iterable[int]) -> list[int]:
    """Each number once, in its order."""
    return list(dict.fromkeys(numbers))


def _having(ids: list[int], others: Sequence[Term], with_errors: bool) -> list[int]:
    """Customers who have one of these words and all other terms."""
    patterns = [term.patterns(with_errors) for term in others]
    asked = " AND ".join(f"({' OR '.join(['c.words LIKE {0}'] * len(some))})" for some in patterns)
    # As one value, not a join: so neither database reads a whole table instead.
    where = f"(SELECT {asked} FROM lookup_customer AS c WHERE c.id = p.customer_id)"
    rows = all_rows(
        f"""
        SELECT p.customer_id FROM (
            SELECT customer_id FROM lookup_posting WHERE word_id IN ({placeholders(ids)})
            LIMIT {{0}}) AS p
        {f"WHERE {where}" if others else ""} LIMIT {{0}}
        """,
        *ids,
        MOST_READ,
        *(pattern for some in patterns for pattern in some),
        MOST_CANDIDATES,
    )
    return [number for (number,) in rows]


def _described(ids: list[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    rows = all_rows(
        f"SELECT id, code, words FROM lookup_customer WHERE id IN ({placeholders(ids)})", *ids
    )
    return {number: (code, words) for number, code, words in rows}


def _rank(terms: Sequence[Term], found: dict[int, tuple[str, str]]) -> list[Candidate]:
    """In order of how well each typed word fits; a name counts more than an address."""
    ranked = [
        Candidate(number, code, sum(_fit(term.typed, words) for term in terms))
        for number, (code, words) in found.items()
    ]
    return sorted(ranked, key=lambda each: (-each.score, found[each.id][1], each.code))


def _fit(typed: str, words: str) -> float:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    name, _bar, _address = words.partition("|")
    in_name = 0.05 if f" {typed}" in name else 0.0
    if f" {typed} " in words:
        return AS_TYPED + in_name
    if f" {typed}" in words:
        return BEGUN + in_name
    _word, likeness, _index = process.extractOne(
        typed, words.split(), scorer=OSA.normalized_similarity
    )
    return ALIKE * likeness


def _instead(terms: Sequence[Term], found: dict[int, tuple[str, str]]) -> dict[str, list[str]]:
    """Typed words that nobody has, and what was found in their place."""
    shown = " ".join(words for _code, words in found.values())
    return {
        term.typed: words
        for term in terms
        if not term.same and not term.begun
        if (words := [word for word, _count in term.alike.values() if f" {word} " in shown])
    }
