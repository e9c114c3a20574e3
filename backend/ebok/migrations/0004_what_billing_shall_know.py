"""What billing has to know of the accounts and consents that are there already."""

import json
from datetime import datetime, timedelta

from peewee import PostgresqlDatabase

NOTICE = timedelta(days=7)
HELD_UNTIL = "9999-01-01 00:00:00"
INSERT = """
INSERT INTO outgoing (feed, customer_code, happened_at, effective_at, facts)
VALUES ({0}, {0}, {0}, {0}, {0})
"""
ACCOUNTS = """
SELECT customer_code, opened_at, frozen_at, needs_paper_notice, email, phone FROM account
WHERE closed_at IS NULL ORDER BY id
"""
# The newest decision of each account: billing follows the state, not the way to it.
CONSENTS = """
SELECT a.customer_code, c.decided_at, c.effective_at, c.given, c.text_hash, c.channel, a.frozen_at
FROM consent AS c JOIN account AS a ON a.id = c.account_id
WHERE c.purpose = 'e_invoice' AND a.closed_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM consent AS newer WHERE newer.account_id = c.account_id
  AND newer.purpose = c.purpose AND newer.id > c.id)
ORDER BY c.id
"""


def up(migrator, db):
    mark = "%s" if isinstance(db, PostgresqlDatabase) else "?"
    accounts = db.execute_sql(ACCOUNTS).fetchall()
    consents = db.execute_sql(CONSENTS).fetchall()
    for row in [*_accounts(accounts), *_contacts(accounts), *_consents(consents)]:
        db.execute_sql(INSERT.format(mark), row)


def _accounts(rows):
    for code, opened_at, frozen_at, notice, _email, _phone in rows:
        for event, at in (("opened", opened_at), ("frozen", frozen_at)):
            told = {"event": event, "paper_notice": bool(notice)}
            if at:
                yield "accounts", code, str(at), str(at), json.dumps(told)


def _contacts(rows):
    for code, opened_at, frozen_at, notice, email, phone in rows:
        opened_at = datetime.fromisoformat(str(opened_at))
        effective_at = HELD_UNTIL if frozen_at else opened_at + (NOTICE if notice else timedelta())
        told = {"event": "opened", "email": email, "phone": phone, "paper_again": False}
        yield "contacts", code, str(opened_at), str(effective_at), json.dumps(told)


def _consents(rows):
    for code, decided_at, effective_at, given, text_hash, channel, frozen_at in rows:
        told = {
            "purpose": "e_invoice",
            "given": bool(given),
            "text_sha256": text_hash,
            "channel": channel,
        }
        effective_at = HELD_UNTIL if frozen_at else effective_at
        yield "consents", code, str(decided_at), str(effective_at), json.dumps(told)
