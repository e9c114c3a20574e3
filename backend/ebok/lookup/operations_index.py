"""Keeps the index of customers in step with the mirror and the accounts.

Triggers note who has changed (`StaleCustomer`); `catch_up` indexes a part of them in a transaction
of its own, so that the first load of a town holds nobody up for long.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee
from peewee import chunked

from ebok.database import all_rows, database, is_postgres, placeholders, rows_changed, transaction
from ebok.lookup.operations_words import compact, keys_of, phones, unique, words_of

LOCK = 3_900_029_003
"""Number of an advisory lock that no other application on the same Postgres uses."""
AT_ONCE = 1_000
"""Customers in one transaction: about a sixth of a second."""
PART = 500
"""Values in one `IN (…)`."""
SHORTEST_END = 4
"""Least digits of the last part of a customer code that stand for it."""
TABLES = "lookup_customer lookup_word lookup_word_key lookup_posting lookup_identifier lookup_stale"


@dataclass
class Facts:
    """What a customer is found by, as it is known now."""

    name: str = ""
    addresses: list[str] = field(default_factory=list[str])
    identifiers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def words(self) -> str:
        """As `IndexedCustomer.words`."""
        names = unique(words_of(self.name))
        places = unique(word for each in self.addresses for word in words_of(each))
        return f" {' '.join(names)} | {' '.join(places)} "

    @property
    def lines(self) -> str:
        """As `IndexedCustomer.identifiers`."""
        return "\n".join(unique(f"{kind} {value}" for kind, value in self.identifiers if value))


def count_stale(most: int) -> int:
    """How many changes wait to be indexed, counted up to `most`."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM lookup_stale LIMIT {0}) AS waiting"
    [[count]] = all_rows(sql, most)
    return count


def count_indexed() -> int:
    """How many customers can be found."""
    [[count]] = all_rows("SELECT count(*) FROM lookup_customer")
    return count


def catch_up(most: int = AT_ONCE) -> bool:
    """Index some of the customers that have changed; whether more are left."""
    if not count_stale(1):
        return False
    with transaction():
        _hold()
        found = all_rows(
            "SELECT DISTINCT customer_code FROM lookup_stale ORDER BY customer_code LIMIT {0}", most
        )
        codes = [code for (code,) in found]
        # Deleted first: who is read after it is read as they were left by the change.
        _delete("lookup_stale", "customer_code", found)
        _index(codes)
    return bool(count_stale(1))


def rebuild() -> None:
    """Make the index anew; until it is whole, `catch_up` has more to do."""
    with transaction():
        _hold()
        for table in TABLES.split():
            rows_changed(f"TRUNCATE {table}" if is_postgres() else f"DELETE FROM {table}")
        rows_changed(
            "INSERT INTO lookup_stale (customer_code) SELECT code FROM customer ORDER BY code"
        )


def _hold() -> None:
    """One at a time: words are counted; on SQLite every write transaction is exclusive."""
    if is_postgres():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))


def _index(codes: Sequence[str]) -> None:
    """Write what differs from the index for these customers, who may be gone."""
    known = {
        code: (number, words, lines)
        for number, code, words, lines in _rows(
            "SELECT id, code, words, identifiers FROM lookup_customer WHERE code IN", codes
        )
    }
    facts = _facts(codes)
    ids = _new_ids("lookup_customer")
    added: list[tuple[Any, ...]] = []
    changes = _Changes()
    for code in codes:
        number, words, lines = known.get(code) or (next(ids), "", "")
        new = facts.get(code)
        new_words, new_lines = (new.words, new.lines) if new else ("", "")
        if (words, lines) == (new_words, new_lines):
            continue
        changes.note(number, (words, lines), (new_words, new_lines))
        if code in known:
            rows_changed("DELETE FROM lookup_customer WHERE id = {0}", number)
        if new:
            added.append((number, code, new_words, new_lines))
    _insert("lookup_customer (id, code, words, identifiers)", added)
    changes.write()


class _Changes:
    """Postings and identifiers to add and to remove."""

    def __init__(self):
        self.added: list[tuple[str, int]] = []
        self.removed: list[tuple[str, int]] = []
        self.named: list[tuple[bytes, str, int]] = []
        self.unnamed: list[tuple[bytes, str, int]] = []

    def note(self, number: int, old: tuple[str, str], new: tuple[str, str]) -> None:
        """The customer's words and identifiers, as they were and as they are."""
        was, now_ = set(old[0].split()) - {"|"}, set(new[0].split()) - {"|"}
        self.added += [(word, number) for word in now_ - was]
        self.removed += [(word, number) for word in was - now_]
        was, now_ = set(old[1].splitlines()), set(new[1].splitlines())
        self.named += [_identifier(line, number) for line in now_ - was]
        self.unnamed += [_identifier(line, number) for line in was - now_]

    def write(self) -> None:
        """Write it all, in the order of the keys: so pages are touched once."""
        ids = _ids_of_words({word for word, _number in [*self.added, *self.removed]})
        _delete("lookup_posting", "word_id customer_id", _numbered(self.removed, ids))
        _insert("lookup_posting (word_id, customer_id)", _numbered(self.added, ids))
        _delete("lookup_identifier", "value kind customer_id", sorted(self.unnamed))
        _insert("lookup_identifier (value, kind, customer_id)", sorted(self.named))
        counts = Counter(ids[word] for word, _number in self.added)
        counts.subtract(ids[word] for word, _number in self.removed)
        changed = [(by, number) for number, by in sorted(counts.items()) if by]
        _many("UPDATE lookup_word SET customers = customers + {0} WHERE id = {0}", changed)


def _identifier(line: str, number: int) -> tuple[bytes, str, int]:
    kind, _space, value = line.partition(" ")
    return value.encode(), kind, number


def _numbered(pairs: Iterable[tuple[str, int]], ids: dict[str, int]) -> list[tuple[int, int]]:
    return sorted((ids[word], number) for word, number in pairs)


def _ids_of_words(words: set[str]) -> dict[str, int]:
    """The ids of words, which are added with their keys where they are new."""
    wanted = sorted(word.encode() for word in words)
    rows = _rows("SELECT word, id FROM lookup_word WHERE word IN", wanted)
    ids = {bytes(word).decode(): number for word, number in rows}
    new = sorted(words - ids.keys())
    made = dict(zip(new, _new_ids("lookup_word"), strict=False))
    _insert("lookup_word (id, word, customers)", [(made[word], word.encode(), 0) for word in new])
    keys = sorted((key.encode(), number) for word, number in made.items() for key in keys_of(word))
    _insert("lookup_word_key (key, word_id)", keys)
    return ids | made


def _new_ids(table: str) -> Iterator[int]:
    [[last]] = all_rows(f"SELECT coalesce(max(id), 0) FROM {table}")
    return iter(range(last + 1, last + 10_000_000))


def _facts(codes: Sequence[str]) -> dict[str, Facts]:
    found: dict[str, Facts] = defaultdict(Facts)
    customers = _rows(
        "SELECT code, name, nip, email, phone, street, postal_code, city FROM customer"
        " WHERE code IN",
        codes,
    )
    for code, name, nip, email, phone, *address in customers:
        end = compact(code.rpartition("-")[2])
        facts = found[code]
        facts.name, facts.addresses = name, [" ".join(address)]
        facts.identifiers = [
            ("code", compact(code)),
            ("code", end if len(end) >= SHORTEST_END else ""),
            ("nip", compact(nip)),
            *_contacts(email, phone),
        ]
    points = _rows(
        "SELECT customer_code, street, postal_code, city FROM point_of_use WHERE customer_code IN",
        codes,
    )
    for code, *address in points:
        found[code].addresses.append(" ".join(address))
    meters = _rows(
        "SELECT p.customer_code, m.serial FROM meter AS m"
        " JOIN point_of_use AS p ON p.code = m.point_code WHERE p.customer_code IN",
        codes,
    )
    for code, serial in meters:
        found[code].identifiers.append(("serial", compact(serial)))
    accounts = _rows(
        "SELECT customer_code, email, phone FROM account"
        " WHERE closed_at IS NULL AND customer_code IN",
        codes,
    )
    for code, *contacts in accounts:
        found[code].identifiers += _contacts(*contacts)
    return {code: each for code, each in found.items() if each.name or each.identifiers}


def _contacts(email: str, phone: str) -> list[tuple[str, str]]:
    mine = [("phone", number) for number in phones(phone)]
    return [("email", "".join(email.casefold().split())), *mine]


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query that ends with `IN`."""
    return [
        row
        for part in chunked(values, PART)
        for row in all_rows(f"{sql} ({placeholders(part)})", *part)
    ]


def _insert(into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows or not is_postgres():
        _many(f"INSERT INTO {into} VALUES ({placeholders(rows[0] if rows else ())})", rows)
        return
    with peewee.__exception_wrapper__:  # pyright: ignore[reportAttributeAccessIssue]
        cursor = database.connection().cursor()
        with cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _delete(table: str, key: str, rows: Sequence[tuple[Any, ...]]) -> None:
    mine = " AND ".join(f"{name} = {{0}}" for name in key.split())
    _many(f"DELETE FROM {table} WHERE {mine}", rows)


def _many(sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement for each row; see `first_row`."""
    if rows:
        # Turns the drivers' errors into Peewee's.
        with peewee.__exception_wrapper__:  # pyright: ignore[reportAttributeAccessIssue]
            database.connection().cursor().executemany(sql.format(database.param), rows)
