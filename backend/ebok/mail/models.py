"""The outbox: what is to be sent, to whom, until when. No row holds a secret or a body."""

from datetime import datetime, timedelta

from peewee import CharField, DateTimeField, IntegerField, fn

from ebok.database import Table, all_rows, database, is_ahead, placeholders, raw_rows

URGENT, ORDINARY, BULK, ALERT = 0, 1, 2, 3
"""In the order in which they leave. ALERT is an alert's where it has a relay of its own."""
# Renewed while a mail server keeps us waiting: see `lanes.py`.
LEASE = timedelta(minutes=2)
LONGEST_RETRY = timedelta(hours=6)
HOUR = timedelta(hours=1)
# What a worker needs of a row. To read its times as well takes as long as to find it.
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
    """One mail for one cause. Its letter writes the body, and generates what it carries, when sent.

    `subject_id` is the id that the letter's writer looks up (a registration, an account).
    `priority`: urgent mails (0) leave before all others (1), and those to a whole town (2) after
    them. A row is claimed by one worker until `claimed_until`; `tries` counts how often the server
    was asked to take it. `fault` is the last answer of the server: its code and class, never its
    words, which may repeat the address. `short_code` stands in the mail, for *Czy to od nas?*.
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
        """The random part of the Message-ID, by which a bounce finds this row."""
        return self.message_id.strip("<>").partition("@")[0]

    @classmethod
    def find_waiting(cls, moment: datetime, most: int = ALERT) -> "Mail | None":
        """The mail that should leave now: the urgent before the others, then the longest due.

        `most` leaves out those of a priority further back.
        """
        waiting = cls._waiting(moment) & (cls.priority <= most)
        order = (cls.priority, cls.due_at, cls.id)
        return cls.select(cls.id, cls.priority).where(waiting).order_by(*order).first()

    @classmethod
    def seconds_to_next(cls, moment: datetime) -> float:
        """Until a mail is due that waits for its time; an hour where none does."""
        later = cls._open() & (cls.due_at > moment) & (cls.due_at < moment + HOUR)
        due_at = cls.select(fn.MIN(cls.due_at)).where(later).scalar() or moment + HOUR
        return (due_at - moment).total_seconds()

    @classmethod
    def find_alert(cls, moment: datetime) -> "Mail | None":
        """The alert that should leave now by a relay of its own."""
        waiting = cls._waiting(moment) & (cls.priority == ALERT)
        return cls.select(cls.id, cls.priority).where(waiting).order_by(cls.due_at).first()

    @classmethod
    def claim(
        cls, worker: str, moment: datetime, until: datetime, priority: int | None = None
    ) -> "Mail | None":
        """Take the next mail for this worker; None when there is none, or another was faster."""
        waiting = cls._waiting(moment)
        if priority is not None:
            waiting &= cls.priority == priority
        return next(iter(cls._claim(worker, moment, until, waiting, 1)), None)

    @classmethod
    def claim_many(cls, worker: str, moment: datetime, until: datetime, count: int) -> list["Mail"]:
        """Take the next mails of those to a whole town, `count` at most."""
        waiting = cls._waiting(moment) & (cls.priority == BULK)
        taken = cls._claim(worker, moment, until, waiting, count)
        return sorted(taken, key=lambda mail: (mail.due_at, mail.id))

    @classmethod
    def _claim(cls, worker: str, moment: datetime, until: datetime, waiting, count: int) -> list:
        """Asked twice: another worker may claim between the two, and then the second finds less.

        As one statement Postgres, which knows nothing yet of rows that have just been posted,
        may look through the chosen ones again for every row: eight seconds of thirty thousand.
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
        """What is no longer worth sending, of that which a server has answered."""
        return list(cls.select().where(cls._is_late(moment) & (cls.fault != "")))

    @classmethod
    def expire(cls, moment: datetime) -> int:
        """Give up what is no longer worth sending; returns how many."""
        late = cls._is_late(moment)
        # An UPDATE that changes nothing still takes SQLite's write lock: look first.
        if not cls.select(cls.id).where(late).exists():
            return 0
        return cls.update(failed_at=moment, fault=EXPIRED).where(late).execute()

    @classmethod
    def withdraw(cls, ids, moment: datetime) -> int:
        """Give up those of `ids` (a query) that no worker holds; returns how many."""
        free = cls._open() & cls._unclaimed(moment) & cls.id.in_(ids)
        return cls.update(failed_at=moment, fault=WITHDRAWN).where(free).execute()

    @classmethod
    def release_all_of(cls, worker: str) -> int:
        """Free what this worker holds: it is dead, or has lost track. Returns how many."""
        held = cls._open() & (cls.claimed_by == worker)
        if not cls.select(cls.id).where(held).exists():
            return 0
        return cls.update(claimed_by="", claimed_until=None).where(held).execute()

    @classmethod
    def release_others(cls, worker: str, kept: int) -> None:
        """Free what this worker holds beside the mail in hand, for which it waits too long."""
        held = cls._open() & (cls.claimed_by == worker) & (cls.id != kept)
        if cls.select(cls.id).where(held).exists():
            cls.update(claimed_by="", claimed_until=None).where(held).execute()

    @classmethod
    def renew_all_of(cls, worker: str, until: datetime) -> None:
        """Hold on to what this worker holds: the mail server keeps it waiting."""
        held = cls._open() & (cls.claimed_by == worker)
        if cls.select(cls.id).where(held).exists():
            cls.update(claimed_until=until).where(held).execute()

    def renew(self, until: datetime) -> bool:
        """Hold on to the claim; False when it is no longer ours."""
        held = Mail._open() & (Mail.id == self.id) & (Mail.claimed_by == self.claimed_by)
        return bool(Mail.update(claimed_until=until).where(held).execute())

    @classmethod
    def note_sent(cls, taken: list[tuple[int, datetime]]) -> None:
        """Mark these (id, accepted_at) as sent, even if another worker has claimed the row
        meanwhile.
        """
        mark = database.param
        database.connection().cursor().executemany(
            f"UPDATE mail SET sent_at = {mark}, failed_at = NULL, fault = '', claimed_by = '',"
            f" claimed_until = NULL, tries = tries + 1 WHERE id = {mark} AND sent_at IS NULL",
            [(moment, mail_id) for mail_id, moment in taken],
        )

    @classmethod
    def letters_of(cls, ids: list[int]) -> list[tuple[str, int]]:
        """The letter of each of these mails, with its id."""
        return all_rows(f"SELECT letter, id FROM mail WHERE id IN ({placeholders(ids)})", *ids)

    def give_up(self, moment: datetime, fault: str, tries: int | None = None) -> None:
        """It will not be sent."""
        self._change(failed_at=moment, fault=fault, tries=self.tries if tries is None else tries)

    def put_off(self, due_at: datetime, fault: str, tries: int) -> None:
        """It will be tried again then."""
        self._change(due_at=due_at, fault=fault, tries=tries)

    def has_newer(self) -> bool:
        """Whether a later mail of the same letter is about the same."""
        same = (Mail.recipient == self.recipient) & (Mail.letter == self.letter)
        same &= Mail.subject_id == self.subject_id
        return Mail.select().where(same & (Mail.id > self.id)).exists()

    def _change(self, **columns) -> None:
        free = {"claimed_by": "", "claimed_until": None}
        Mail.update(**columns, **free).where(
            (Mail.id == self.id) & Mail.sent_at.is_null()
        ).execute()

    @classmethod
    def is_given_up(cls):
        """The condition of those that will not be sent."""
        return cls.sent_at.is_null() & cls.failed_at.is_null(False)

    @classmethod
    def waits_for_another_try(cls):
        """The condition of those that were put off."""
        return cls._open() & cls.claimed_until.is_null() & (cls.fault != "")

    @classmethod
    def _open(cls):
        return cls.sent_at.is_null() & cls.failed_at.is_null()

    @classmethod
    def _unclaimed(cls, moment: datetime):
        until = cls.claimed_until
        # Held for longer than anybody may: by a clock that was ahead.
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
        """Posted, or put off, by a clock that was ahead."""
        return is_ahead(cls.created_at, moment) | is_ahead(cls.due_at, moment + LONGEST_RETRY)


# In the order in which they leave. Postgres does not see that the index above has them in order, as
# two columns of it are NULL, and would sort a whole town's for each batch.
Mail.add_index(
    Mail.index(
        Mail.priority,
        Mail.due_at,
        Mail.id,
        where=Mail.sent_at.is_null() & Mail.failed_at.is_null(),
        name="mail_waiting",
    )
)
