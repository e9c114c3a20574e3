"""Posting: a row beside its cause, in the same transaction."""

import secrets
from datetime import datetime, timedelta
from email.utils import parseaddr

from flask import current_app

from ebok.database import now
from ebok.mail.letters import LETTERS
from ebok.mail.models import ORDINARY, URGENT, Mail
from ebok.settings import Settings
from ebok.tidying import tidy
from ebok.tokens import new_short_code

KEPT = timedelta(days=365)


def post(
    letter_name: str, to: str, language: str, about: int, worth: timedelta | None = None
) -> Mail:
    """Leave a letter for the worker, within the caller's transaction.

    `about` is what the letter's writer will look up; `worth` says for how long the mail is worth
    sending, when that is not the letter's usual time.
    """
    settings = current_app.config["EBOK"]
    letter = LETTERS[letter_name]
    moment = now()
    return Mail.create(
        message_id=_message_id(settings),
        letter=letter_name,
        recipient=to,
        language=language,
        about=about,
        priority=URGENT if letter.urgent else ORDINARY,
        created_at=moment,
        due_at=moment,
        expires_at=moment + (worth or letter.worth(settings)),
        short_code=new_short_code(),
    )


def sender_address(settings: Settings) -> str:
    """The address that our mails come from."""
    return parseaddr(settings.mail_default_sender)[1] or settings.utility.email


def _message_id(settings: Settings) -> str:
    # It is made with the row, not with the mail: however often it is sent, it is the same mail.
    domain = sender_address(settings).rpartition("@")[2]
    return f"<{secrets.token_hex(10)}@{domain}>"


@tidy
def forget_mails(moment: datetime, _settings) -> int:
    """Rows of mails after a year: until then they are the evidence of what was sent."""
    return Mail.delete().where(Mail.expires_at < moment - KEPT).execute()
