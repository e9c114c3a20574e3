"""Table of the outbox: mails to send. No row holds a secret or a body."""

from datetime import datetime, timedelta
from typing import Any

from peewee import CharField, DateTimeField, IntegerField, fn

from ebok.database import Table, all_rows, database, is_ahead, placeholders, raw_rows

URGENT, ORDINARY, BULK, ALERT = 0, 1, 2, 3
"""Priorities, in sending order. ALERT is for alerts with a relay of their own."""
# Renewed while a mail server keeps us waiting: see `lanes.py`.
LEASE = timedelta(minutes=2)
LONGEST_RETRY = timedelta(hours=6)
HOUR = timedelta(hours=1)
# The columns a worker needs. Reading the times too takes as long as finding the row.
SENT_WITH = (
    "id",
    "message_id",
    "letter",
    "recipient",
    "language",
    "subject_id",
    "priority",
    "due_at",
    "expires_at",
    "tries",
    "claimed_by",
    "short_code",
)
EXPIRED, WITHDRAWN, NOT_WANTED = "expired", "withdrawn", "not wanted"


class Mail(Table):
    """A mail with one cause. Its letter writes the body, with any secret, when it is sent.

    `subject_id` is looked up by the letter's writer (a registration, an account). A row is claimed
    by one worker until `claimed_until`; `tries` counts attempts to hand it over. `fault` is the
    server's last answer: code and class, never its words, which may repeat the address.
    `short_code` is printed in the mail, for *Czy to od nas?*.
    """

    message_id = CharField(unique=True)
    letter = CharField()
    recipient = CharField(index=True)
    language = CharField()
    subject_id = IntegerField(column_name="about")
    priority = IntegerField()
    created_at = DateTimeField()
    due_at = DateTimeField()
    expires_at = DateTimeField()
    tries = IntegerField(default=0)
    claimed_by = CharField(default="")
    claimed_until = DateTimeField(null=True)
    sent_at = DateTimeField(null=True)
    failed_at = DateTimeField(null=True)
    fault = CharField(default="")
    short_code = CharField(default="", index=True)

    class Meta:
        indexes = ((("sent_at", "failed_at", "priority", "due_at"), False),)

    @property
    def tag(self) -> str:
        """The random part of the Message-ID, which links a bounce to this row."""
        return self.message_id.strip("<>").partition("@")[0]

    @classmethod
    def find_waiting(cls, moment: datetime, most: int = ALERT) -> "Mail | None":
        """The mail to send now: by priority, then by due time.

        `most` excludes priorities with a higher number.
        """
        waiting = cls._waiting(moment) & (cls.priority <= most)
        order = (cls.priority, cls.due_at, cls.id)
        return cls.select(cls.id, cls.priority).where(waiting).order_by(*order).first()

    @classmethod
    def seconds_to_next(cls, moment: datetime) -> float:
        """Seconds until the next postponed mail is due, at most an hour."""
        later = cls._open() & (cls.due_at > moment) & (cls.due_at < moment + HOUR)
        due_at = cls.select(fn.MIN(cls.due_at)).where(later).scalar() or moment + HOUR
        return (due_at - moment).total_seconds()

    @classmethod
    def find_alert(cls, moment: datetime) -> "Mail | None":
        """The alert to send now over the second relay."""
        waiting = cls._waiting(moment) & (cls.priority == ALERT)
        return cls.select(cls.id, cls.priority).where(waiting).order_by(cls.due_at).first()

    @classmethod
    def claim(
        cls, worker: str, moment: datetime, until: datetime, priority: int | None = None
    ) -> "Mail | None":
        """Claim the next mail; None if there is none or another worker was faster."""
        waiting = cls._waiting(moment)
        if priority is not None:
            waiting &= cls.priority == priority
        return next(iter(cls._claim(worker, moment, until, waiting, 1)), None)

    @classmethod
    def claim_many(cls, worker: str, moment: datetime, until: datetime, count: int) -> list["Mail"]:
        """Claim the next mails of mailings, at most `count`."""
        waiting = cls._waiting(moment) & (cls.priority == BULK)
        taken = cls._claim(worker, moment, until, waiting, count)
        return sorted(taken, key=lambda mail: (mail.due_at, mail.id))

    @classmethod
    def _claim(
        cls, worker: str, moment: datetime, until: datetime, waiting: Any, count: int
    ) -> list[Any]:
        """Claim in two statements; another worker may claim between them, and fewer are left.

        In one statement Postgres, which has no statistics of newly posted rows yet, may scan the
        chosen rows again for each row: eight seconds for thirty thousand.
        """
        order = (cls.priority, cls.due_at, cls.id)
        first = raw_rows(cls.select(cls.id).where(waiting).order_by(*order).limit(count))
        if not first:
            return []
        taken = (
            cls.update(claimed_by=worker, claimed_until=until)
            .where(cls.id.in_([row[0] for row in first]) & cls._waiting(moment))
            .returning(*(getattr(cls, name) for name in SENT_WITH))
        )
        return [cls.from_row(row, SENT_WITH) for row in raw_rows(taken)]

    @classmethod
    def find_late(cls, moment: datetime) -> "list[Mail]":
        """Expired mails that a server had answered."""
        return list(cls.select().where(cls._is_late(moment) & (cls.fault != "")))

    @classmethod
    def expire(cls, moment: datetime) -> int:
        """Give up expired mails; returns their number."""
        late = cls._is_late(moment)
        # An UPDATE that changes nothing would still take SQLite's write lock.
        if not cls.select(cls.id).where(late).exists():
            return 0
        return cls.update(failed_at=moment, fault=EXPIRED).where(late).execute()

    @classmethod
    def withdraw(cls, ids: Any, moment: datetime) -> int:
        """Give up the unclaimed mails among `ids` (a query); returns their number."""
        free = cls._open() & cls._unclaimed(moment) & cls.id.in_(ids)
        return cls.update(failed_at=moment, fault=WITHDRAWN).where(free).execute()

    @classmethod
    def release_all_of(cls, worker: str) -> int:
        """Release all mails claimed by this worker, which ended or lost track; returns how many."""
        held = cls._open() & (cls.claimed_by == worker)
        if not cls.select(cls.id).where(held).exists():
            return 0
        return cls.update(claimed_by="", claimed_until=None).where(held).execute()

    @classmethod
    def release_others(cls, worker: str, kept: int) -> None:
        """Release this worker's mails except the one in hand, which keeps it waiting too long."""
        held = cls._open() & (cls.claimed_by == worker) & (cls.id != kept)
        if cls.select(cls.id).where(held).exists():
            cls.update(claimed_by="", claimed_until=None).where(held).execute()

    @classmethod
    def renew_all_of(cls, worker: str, until: datetime) -> None:
        """Extend all claims of this worker while the server keeps it waiting."""
        held = cls._open() & (cls.claimed_by == worker)
        if cls.select(cls.id).where(held).exists():
            cls.update(claimed_until=until).where(held).execute()

    def renew(self, until: datetime) -> bool:
        """Extend the claim on this mail; False if it is no longer ours."""
        held = Mail._open() & (Mail.id == self.id) & (Mail.claimed_by == self.claimed_by)
        return bool(Mail.update(claimed_until=until).where(held).execute())

    @classmethod
    def note_sent(cls, taken: list[tuple[int, datetime]]) -> None:
        """Mark these (id, accepted_at) as sent, even if another worker has claimed the row
        meanwhile.
        """
        param = database.param
        database.connection().cursor().executemany(
            f"UPDATE mail SET sent_at = {param}, failed_at = NULL, fault = '', claimed_by = '',"
            f" claimed_until = NULL, tries = tries + 1 WHERE id = {param} AND sent_at IS NULL",
            [(moment, mail_id) for mail_id, moment in taken],
        )

    @classmethod
    def letters_of(cls, ids: list[int]) -> list[tuple[str, int]]:
        """The letter and id of each of these mails."""
        return all_rows(f"SELECT letter, id FROM mail WHERE id IN ({placeholders(ids)})", *ids)

    def give_up(self, moment: datetime, fault: str, tries: int | None = None) -> None:
        """Record that the mail will not be sent."""
        self._change(failed_at=moment, fault=fault, tries=self.tries if tries is None else tries)

    def put_off(self, due_at: datetime, fault: str, tries: int) -> None:
        """Postpone the mail to `due_at`."""
        self._change(due_at=due_at, fault=fault, tries=tries)

    def has_newer(self) -> bool:
        """Whether a later mail of the same letter and subject went to this recipient."""
        same = (Mail.recipient == self.recipient) & (Mail.letter == self.letter)
        same &= Mail.subject_id == self.subject_id
        return Mail.select().where(same & (Mail.id > self.id)).exists()

    def _change(self, **columns: Any) -> None:
        free = {"claimed_by": "", "claimed_until": None}
        Mail.update(**columns, **free).where(
            (Mail.id == self.id) & Mail.sent_at.is_null()
        ).execute()

    @classmethod
    def is_given_up(cls):
        """SQL condition: given up."""
        return cls.sent_at.is_null() & cls.failed_at.is_null(False)

    @classmethod
    def waits_for_another_try(cls):
        """SQL condition: waiting for another try."""
        return cls._open() & cls.claimed_until.is_null() & (cls.fault != "")

    @classmethod
    def _open(cls):
        return cls.sent_at.is_null() & cls.failed_at.is_null()

    @classmethod
    def _unclaimed(cls, moment: datetime):
        until = cls.claimed_until
        # A claim longer than any lease was made with a wrong clock.
        return until.is_null() | (until <= moment) | is_ahead(until, moment + LEASE)

    @classmethod
    def _is_late(cls, moment: datetime):
        return cls._open() & cls._unclaimed(moment) & (cls.expires_at <= moment)

    @classmethod
    def _waiting(cls, moment: datetime):
        is_due = (cls.due_at <= moment) | cls._is_of_a_wrong_clock(moment)
        return cls._open() & cls._unclaimed(moment) & is_due & (cls.expires_at > moment)

    @classmethod
    def _is_of_a_wrong_clock(cls, moment: datetime):
        """SQL condition: posted or postponed with a wrong clock."""
        return is_ahead(cls.created_at, moment) | is_ahead(cls.due_at, moment + LONGEST_RETRY)


# In sending order. Postgres cannot use the order of the index above, because two of its
# columns are NULL, and would sort a whole mailing for each batch.
Mail.add_index(
    Mail.index(
        Mail.priority,
        Mail.due_at,
        Mail.id,
        where=Mail.sent_at.is_null() & Mail.failed_at.is_null(),
        name="mail_waiting",
    )
)
