"""Migration 0004: billing is told of the accounts and consents that are older than the exports."""

import json
from datetime import timedelta
from importlib import import_module

from cast import new_account, new_customer
from ebok import database
from ebok.consents.models import Consent
from ebok.database import now
from ebok.exports.models import HELD_UNTIL, Outgoing

migration = import_module("ebok.migrations.0004_what_billing_shall_know")


def consent(account, given):
    Consent.create(
        account=account,
        purpose="e_invoice",
        given=given,
        decided_at=now(),
        effective_at=now() + timedelta(days=3),
        text_hash="hash",
        channel="registration",
    )


def told(account, feed) -> list[Outgoing]:
    mine = (Outgoing.customer_code == account.customer_code) & (Outgoing.feed == feed)
    return list(Outgoing.select().where(mine).order_by(Outgoing.id))


def test_what_is_there_already_is_told(database_url):
    database.connect(database_url)
    with database.connection():
        anna = new_account(new_customer(), "x", needs_paper_notice=True)
        bartek = new_account(new_customer(), "x", frozen_at=now())
        consent(anna, False)
        consent(anna, True)
        consent(bartek, True)
        migration.up(None, database.database.obj)
        [row] = told(anna, "consents")
        assert json.loads(row.facts)["given"] is True
        assert row.effective_at > now() + timedelta(days=2)
        assert told(anna, "contacts")[0].effective_at > now() + timedelta(days=6)
        assert [json.loads(r.facts)["event"] for r in told(bartek, "accounts")] == [
            "opened",
            "frozen",
        ]
        assert told(bartek, "consents")[0].effective_at == HELD_UNTIL
    database.database.close_all()
