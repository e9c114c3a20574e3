"""The customer's download of all their data: a ZIP with JSON and HTML."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale, get_locale, gettext, ngettext
from jinja2 import Environment, PackageLoader, StrictUndefined

from ebok import audit, limits, settings
from ebok.accounts.models import Account, Link
from ebok.accounts.operations import require_current
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.data_export import texts_letter as letter
from ebok.data_export.operations_sections import sections
from ebok.data_export.serializers import for_people, for_programs, table_for_people
from ebok.data_export.texts import WORDS
from ebok.database import connection, now, transaction
from ebok.database.iso import as_text
from ebok.errors import LinkSpent, TooMany
from ebok.files.zip_file import Entry
from ebok.languages import moment
from ebok.mail.kinds import letters
from ebok.pdf.requests import Cost, ask_pack
from ebok.pdf.service import archive
from ebok.tokens import hash_token, new_token
from ebok.values.days import today

TICKET, DAY = timedelta(minutes=10), timedelta(days=1)
FORMAT = 2
Sections = dict[str, Callable[[], Iterable[dict[str, Any]]]]


def ask(actor: Actor, account: Account, current: str) -> str:
    """A ticket for the download, valid for this account for ten minutes.

    Raises WrongPassword; TooMany after the daily limit.
    """
    require_current(actor, account, current)
    most = settings.current().limits.own_data_per_account_day
    if not limits.consume("own-data", str(account.id), most, DAY):
        raise TooMany()
    ticket = new_token()
    with transaction():
        Link.end(account, "archive")
        Link.create(
            token_hash=hash_token(ticket),
            account=account,
            purpose="archive",
            expires_at=now() + TICKET,
        )
        audit.record(actor, Event.DATA_DOWNLOADED, account.customer_code)
    return ticket


def pack(account: Account, ticket: str) -> Path:
    """Path of the ZIP. Raises NotYet, and LinkSpent without a valid ticket of this account."""
    # The ticket stays valid until it expires or is replaced: phones request a download twice.
    owner = Link.find_account("archive", hash_token(ticket), now())
    if owner is None or owner.id != account.id:
        raise LinkSpent()
    facts = {"account_id": account.id, "lang": get_locale().language}
    key = hash_token(ticket + facts["lang"])
    # The rate limit was charged when the ticket was issued.
    cost = Cost(account.customer_code, "", 0)
    return ask_pack("own-data", key, cost, facts)["path"]


@archive("own-data")
def pack_own_data(app: Flask, _told: dict[str, Any], account_id: int, lang: str) -> Iterator[Entry]:
    """Entries of the ZIP, each generated piece by piece."""
    with app.app_context(), force_locale(lang), connection():
        account = Account.get_by_id(account_id)
        found, day = sections(account), today()
        yield Entry(f"{name()}.json", map(str.encode, _json(found)), day)
        yield Entry(f"{name()}.html", map(str.encode, _html(account, found)), day)


def name() -> str:
    """File name without extension, in the customer's language."""
    return gettext("my-data")


def _json(found: Sections) -> Iterator[str]:
    made = json.dumps(for_programs({"format": FORMAT, "made_at": as_text(now())}))
    yield made.removesuffix("}")
    for name, rows in found.items():
        yield f',\n"{name}": ['
        for place, row in enumerate(rows()):
            yield f"{',' if place else ''}\n{json.dumps(for_programs(row), ensure_ascii=False)}"
        yield "]"
    yield "}\n"


def _html(account: Account, found: Sections) -> Iterator[str]:
    titles = {each.kind: each.title for each in letters().values()}
    words = {name: str(word) for name, word in {**titles, **WORDS}.items()}
    return (
        _environment(words)
        .get_template("my-data.html")
        .generate(
            account=account,
            utility=settings.current().utility,
            language=get_locale().language,
            made_at=moment(now()),
            letter=letter.sentences(account.customer_code),
            json_name=f"{name()}.json",
            sections=found,
            words=words,
        )
    )


def _environment(words: dict[str, str]) -> Environment:
    environment = Environment(
        loader=PackageLoader("ebok.data_export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # pyright: ignore[reportAttributeAccessIssue]
    environment.globals["facts_of"] = partial(for_people, words=words)
    environment.globals["table_of"] = partial(table_for_people, words=words)
    return environment
