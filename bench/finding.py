"""Finding among a million customers: how long one search takes, and whether it finds.

`FINDING_TOWN=1000000` sets the size, `FINDING_KINDS="sqlite Postgres"` the databases. A search is
surname, street and house of a customer drawn by lot: as it is written, with half of the surname,
with one typing error in it, and that the other way round; found is who is among the first 20.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.house import KINDS
from ebok import database
from ebok.customers.models import Customer
from ebok.database import migrate
from ebok.lookup import operations_index as index
from ebok.lookup.operations_found import find_by_words
from ebok.meters.models import Meter, PointOfUse
from postgres import Postgres

TOWN = int(os.environ.get("FINDING_TOWN", "1000000"))
CHOSEN = os.environ.get("FINDING_KINDS", " ".join(KINDS)).split()
SEARCHES = int(os.environ.get("FINDING_SEARCHES", "300"))
SHOWN = 20
MOST_MEDIAN_MS, MOST_P95_MS, LEAST_FOUND = 10, 50, 0.98
STEMS = "kowal nowak wiśniew wójcik kamiń lewandow zieliń szymań woźniak dąbrow kozłow jankow mazur"
BEGINS = """ba be bo bro brze ce chmie cho czar dą do dro fa fi ga gło go gra gu ha ja je ka kli
ko kra kru la le li ło lu ma mi mo my na ni no o ol pa pie po prze ra ro ru rze sa sie ska so sta
stę su szcze szy śli świę ta to tra tu ty u wa wą we wi wo wró za zie zwo ża żu"""
MIDDLES = """ba bie bo ci cza da de do dzi ga go ka ki ko la le li ła łę ma mie mo na nie no pa
pie po ra rę ro rzy sa sie sz ta to tu wa wie wo za zi że"""
ENDS = """ski ska cki cka wicz czyk czak iak ek ka ko ak arz ał oń uk owicz ewicz ński ńska
wski wska"""
FIRST = """Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Jan
Andrzej Piotr Krzysztof Stanisław Tomasz Paweł Józef Marcin Marek Michał Grzegorz Jerzy Tadeusz
Adam Łukasz Zbigniew Ryszard Dariusz Henryk Mariusz Kazimierz Wojciech Robert Mateusz Jakub Zofia
Joanna Janina Teresa Danuta Irena Halina Helena Jadwiga Beata Marta Dorota"""
Customers = list[tuple[str, str, str, str]]
"""Code, surname, street and house."""


@dataclass(frozen=True)
class Town:
    """What names and streets are drawn from; a few are many people's, most a few people's."""

    surnames: list[str]
    streets: list[str]
    first: list[str]
    dice: random.Random

    def surname(self) -> str:
        """One of the surnames, the first ones most often."""
        return self.surnames[min(int(self.dice.paretovariate(0.6)) - 1, len(self.surnames) - 1)]

    def street(self) -> str:
        """One of the streets."""
        return self.streets[int(len(self.streets) * self.dice.random() ** 2)]


def town() -> Town:
    """The same names at each run."""
    dice = random.Random(29)

    begins, middles, ends = BEGINS.split(), MIDDLES.split(), ENDS.split()

    def name(length: int) -> str:
        middle = "".join(dice.choices(middles, k=length))
        return f"{dice.choice(begins)}{middle}{dice.choice(ends)}".capitalize()

    surnames = dict.fromkeys(name(dice.choice((1, 1, 2))) for _ in range(60_000))
    streets = dict.fromkeys(name(dice.choice((1, 2))) for _ in range(3_000))
    usual = [f"{stem}ski".capitalize() for stem in STEMS.split()]
    return Town([*usual, *surnames], [*streets], FIRST.split(), dice)


def compare() -> Iterator[str]:
    """The table's rows for each database."""
    for kind in [each for each in KINDS if each in CHOSEN]:
        with TemporaryDirectory() as home, Postgres(in_memory=False) as server:
            is_postgres = kind == "Postgres"
            url = server.create("found") if is_postgres else f"sqlite:///{Path(home)}/found.sqlite3"
            database.connect(url)
            migrate.migrate()
            with database.connection():
                yield from _rows(kind)
            database.database.close_all()


def _rows(kind: str) -> Iterator[str]:
    names = town()
    began = time.monotonic()
    drawn = fill(names)
    yield f"| {TOWN} customers written | {kind} | {time.monotonic() - began:.0f} s | – | – | – |"
    began = time.monotonic()
    while index.catch_up():
        pass
    yield f"| indexed | {kind} | {time.monotonic() - began:.0f} s | – | – | – |"
    database.database.execute_sql("ANALYZE")
    for what, words in WAYS.items():
        yield _measured(what, kind, [(code, words(names.dice, *rest)) for code, *rest in drawn])


def fill(names: Town) -> Customers:
    """Write customers with a point of use and a meter each; returns some, drawn by lot."""
    drawn: Customers = []
    chosen = set(names.dice.sample(range(TOWN), SEARCHES))
    for start in range(0, TOWN, 10_000):
        with database.transaction():
            some = list(range(start, min(start + 10_000, TOWN)))
            rows = [_customer(names, number) for number in some]
            _write(rows)
            drawn += [
                (row["code"], row["name"].split()[1], *row["street"].rsplit(" ", 1))
                for number, row in zip(some, rows, strict=True)
                if number in chosen
            ]
    return [
        (code, surname, street.removeprefix("ul. "), house)
        for code, surname, street, house in drawn
    ]


def _customer(names: Town, number: int) -> dict[str, str]:
    surname = names.surname()
    if names.dice.random() < 0.05:
        surname += f"-{names.surname()}"
    return {
        "code": f"39-{1_000_000 + number}",
        "name": f"{names.dice.choice(names.first)} {surname}",
        "kind": "person",
        "street": f"ul. {names.street()} {names.dice.randrange(1, 200)}",
        "postal_code": "00-029",
        "city": "Przykładowo",
        "phone": f"+48 6{names.dice.randrange(10**8):08d}",
        "email": f"k{number}@poczta.example" if number % 2 else "",
    }


def _write(rows: list[dict[str, str]]) -> None:
    point = [
        {"code": f"P{row['code']}", "customer": row["code"], "street": row["street"]}
        for row in rows
    ]
    meter = [
        {"serial": f"8{row['code'][3:]}", "point": f"P{row['code']}", "digits": 5, "kind": "water"}
        for row in rows
    ]
    for table, some in ((Customer, rows), (PointOfUse, point), (Meter, meter)):
        written = [table(**row).__data__ for row in some]
        columns = [table._meta.fields[name].column_name for name in written[0]]
        params = ", ".join([database.database.param] * len(columns))
        database.database.connection().cursor().executemany(
            f"INSERT INTO {table._meta.table_name} ({', '.join(columns)}) VALUES ({params})",
            [tuple(row.values()) for row in written],
        )


def _wrong(dice: random.Random, word: str) -> str:
    """One error that fingers make."""
    i = dice.randrange(1, len(word) - 1)
    letter = dice.choice("abcdefghijklmnoprstuwyz")
    return dice.choice(
        (
            word[:i] + word[i + 1 :],
            word[:i] + letter + word[i:],
            word[:i] + letter + word[i + 1 :],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
        )
    )


def _exact(_dice: random.Random, surname: str, street: str, house: str) -> str:
    return f"{surname} {street} {house}"


def _prefix(_dice: random.Random, surname: str, street: str, house: str) -> str:
    return f"{surname[: max(3, len(surname) // 2)]} {street} {house}"


def _typo(dice: random.Random, surname: str, street: str, house: str) -> str:
    return f"{_wrong(dice, surname)} {street} {house}"


def _reversed(dice: random.Random, surname: str, street: str, house: str) -> str:
    return f"{street} {house} {_wrong(dice, surname)}"


WAYS: dict[str, Callable[..., str]] = {
    "exact": _exact,
    "prefix": _prefix,
    "typing error": _typo,
    "reversed, with typing error": _reversed,
}


def _measured(what: str, kind: str, searches: list[tuple[str, str]]) -> str:
    took: list[float] = []
    spent: list[float] = []
    found = 0
    for code, words in searches:
        began, own = time.perf_counter(), time.thread_time()
        customers = find_by_words(words).customers[:SHOWN]
        took.append((time.perf_counter() - began) * 1000)
        spent.append((time.thread_time() - own) * 1000)
        found += code in [each.code for each in customers]
    middle, high, share = median(took), _p95(took), found / len(searches)
    is_met = middle <= MOST_MEDIAN_MS and high <= MOST_P95_MS and share >= LEAST_FOUND
    goal = "met" if is_met else "missed"
    figures = f"{middle:.1f} ms, p95 {high:.1f} ms, {share:.1%} found"
    own = f"processor of the process: {median(spent):.1f} ms, p95 {_p95(spent):.1f} ms"
    return f"| {what} | {kind} | {figures} | {own} | – | 10 ms, 50 ms, 98 %: {goal} |"


def _p95(figures: list[float]) -> float:
    return sorted(figures)[len(figures) * 95 // 100]
