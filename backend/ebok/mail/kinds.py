"""The letters that this office writes, and who writes them.

A feature declares a letter beside the operations that it tells of:

    @letter("registration_code", urgent=True, ttl=lambda s: timedelta(minutes=s.code_minutes))
    def write_code(subject_id: int, settings) -> dict | None:
        …generate the code, store its hash, return what the templates show…

The writer runs in a transaction of its own at the moment of sending, once for every try: what it
generates exists nowhere but in the mail, and its hash where the feature keeps it. None means that
the mail is no longer wanted, and drops it.

A letter to a whole town has no secret, and is declared with `slots`: its writer is given many ids
at once and returns a dict of what it would return for each, and its templates are rendered once
for all mails that differ in nothing but the slots. It leaves after everything else.

Every template knows `utility`, `base_url`, `language` and `short_code` (ABDE-FHJK, or "" for a row
that is older than those codes), which the frame `letter.*` shows, for *Czy to od nas?*. What a
writer must return besides (instants are UTC, as `database.now()` gives them; masks are those of
`masking.py`):

| letter               | keys                                                                  |
|----------------------|-----------------------------------------------------------------------|
| registration_code    | customer_code_masked, code, minutes, link_token                       |
| temporary_password   | customer_code_masked, password, hours                                 |
| account_opened       | customer_code_masked, email_masked, opened_at, token, freeze_days     |
| password_changed     | customer_code_masked, changed_at                                      |
| password_reset       | customer_code_masked, token, minutes                                  |
| login_warning        | customer_code_masked, wait_minutes                                    |
| review_received      | customer_code_masked                                                  |
| review_office        | review_id                                                             |
| review_refused       | customer_code_masked, reason (one of REASONS)                         |
| e_invoice_given      | customer_code_masked, given_at, waits_until (None: at once), by_ksef  |
| e_invoice_withdrawn  | customer_code_masked, withdrawn_at, by_ksef                           |
| email_code           | customer_code_masked, code, minutes, is_new                           |
| email_changed        | customer_code_masked, changed_at, email_masked, token, freeze_days    |
| phone_changed        | customer_code_masked, phone_end (the last digits; "" when wiped)      |
| account_closed       | customer_code_masked, closed_at                                       |
| invoice_issued       | those of `notifications/letters.py`, and document                       |
| invoice_due          | those of `notifications/letters.py`                                     |
| invoice_overdue      | those of `notifications/letters.py`                                     |
| alert                | heading, paragraphs                                                   |
| audit_head           | head, rows, noted_at                                                  |
| passed_on            | sender, topic, lines, reply_to                                        |
| invoice_sample       | as invoice_issued                                                     |
| invoice_replaced     | as invoice_issued, and told_on, told_gross, is_other_sum              |
| invoice_not_yours    | customer_code_masked, number, told_on, told_gross                     |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from ebok.settings import Settings

NAMES = (
    "registration_code",
    "temporary_password",
    "account_opened",
    "password_changed",
    "password_reset",
    "login_warning",
    "review_received",
    "review_office",
    "review_refused",
    "e_invoice_given",
    "e_invoice_withdrawn",
    "invoice_issued",
    "invoice_due",
    "invoice_overdue",
    "invoice_replaced",
    "invoice_not_yours",
    "invoice_sample",
    "email_code",
    "email_changed",
    "phone_changed",
    "account_closed",
    "alert",
    "audit_head",
    "passed_on",
)
REASONS = ("not-reached", "data-differ", "not-a-customer", "withdrawn")

# A mail that carries nothing short-lived is worth as long as mail servers usually try.
LASTING = timedelta(days=4)


@dataclass(frozen=True)
class Attachment:
    """A PDF that leaves with a mail; `name` is in plain ASCII."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One kind of mail: who writes it, for how long it is worth sending, whether it goes first.

    `slots` says of each key that differs from mail to mail how its value is written. `attach` is
    given what the writer returned and the language; it adds what takes long to make, outside any
    transaction: an `attachment` among it. `sent` is told the ids of mails that the server has
    taken, within the transaction that notes it. `off` names the choice that switches it off, where
    there is one: then its mails carry List-Unsubscribe.
    """

    name: str
    write: Callable
    ttl: Callable[[Settings], timedelta]
    urgent: bool
    slots: Mapping[str, Callable]
    attach: Callable[[dict, str, Settings], dict] | None
    sent: Callable[[list[int]], None] | None
    off: str = ""

    @property
    def is_bulk(self) -> bool:
        """Whether it is a letter to a whole town."""
        return bool(self.slots)


LETTERS: dict[str, Letter] = {}


def letter(
    name: str,
    urgent: bool = False,
    ttl: Callable[[Settings], timedelta] = lambda _settings: LASTING,
    slots: Mapping[str, Callable] | None = None,
    attach: Callable[[dict, str, Settings], dict] | None = None,
    sent: Callable[[list[int]], None] | None = None,
    off: str = "",
) -> Callable:
    """Declare the writer of the letter `name`, whose templates lie in `templates/<name>.*`."""

    def declare(write: Callable) -> Callable:
        LETTERS[name] = Letter(name, write, ttl, urgent, slots or {}, attach, sent, off)
        return write

    return declare
