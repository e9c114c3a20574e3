"""Bundles delivered over HTTP: stored in a private folder, then imported by the worker."""

import hashlib
import logging
import os
import re
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask_babel import lazy_gettext as lazy

from ebok import audit
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.billing import operations_alerts as alerts
from ebok.billing.bundle_copies import RESERVED_BYTES, intake_folder, temporary_folder
from ebok.billing.models_deliveries import DONE, FAILED, REFUSED, WAITING, BundleKey, Delivery
from ebok.billing.operations import import_bundle
from ebok.billing.operations_ending import ImportOptions
from ebok.billing.operations_inbox_state import (
    DONE as FILED_DONE,
    FAILED as FILED_FAILED,
    FIRST_WAIT_SECONDS,
    InboxState,
)
from ebok.database import connection, now, transaction
from ebok.database.outages import OUTAGES, in_words
from ebok.errors import NotFound, Refusal, place as place_of
from ebok.files.folders import folder_at, is_full, new_file, own_folder
from ebok.languages import say as _
from ebok.settings import Settings

log = logging.getLogger(__name__)

ORIGIN, RECEIVED = "http", "received"
MAX_TRIES = 5
CHUNK = 2**20
HOUR, SECONDS_TO_WAIT = 3600, 60
RECEIVING = threading.Lock()
"""Held while this process receives a bundle."""
NAMES = re.compile(r"[^\W.][\w.() +-]{0,119}")
"""A bundle's name: letters and digits of any language, no leading dot."""


class WrongName(Refusal):
    """The name in the URL is not a valid file name."""

    code = "wrong-name"
    sentence = lazy(
        "A bundle's name has letters, digits, spaces, dots, hyphens and brackets, at "
        "most 120 in all, and starts with a letter or a digit."
    )


class LengthNeeded(Refusal):
    """Without a length, a bundle that was cut off could not be recognised."""

    status = 411
    code = "length-needed"
    sentence = lazy("Send a Content-Length header with the size of the bundle.")


class TooLarge(Refusal):
    """The bundle is larger than `bundle_megabytes`."""

    status = 413
    code = "too-large"
    sentence = lazy("This bundle is larger than e-BOK accepts.")


class CutOff(Refusal):
    """The connection broke; nothing is kept."""

    status = 400
    code = "cut-off"
    sentence = lazy("Less arrived than was announced. Nothing was changed: send it again.")


class Busy(Refusal):
    """Each process receives one bundle at a time: an upload occupies a thread that customers
    need."""

    status = 503
    code = "busy"
    sentence = lazy("Another bundle is being received right now. Send this one again in a minute.")


class NoRoom(Refusal):
    """The disk is full."""

    status = 507
    code = "no-room"
    sentence = lazy("The disk of e-BOK is full. Nothing was changed: send it again later.")


def receive(
    actor: Actor,
    key: BundleKey,
    name: str,
    size: int | None,
    read: Callable[[int], bytes],
    settings: Settings,
) -> Delivery:
    """Store a bundle of `size` bytes from `read`, for the worker to import.

    Equal bytes by the same key are one delivery: it is returned again, unless it failed for a
    reason that may have passed. Raises the refusals above.
    """
    size = _acceptable_size(name, size, settings)
    if not RECEIVING.acquire(blocking=False):
        raise Busy(retry_after_seconds=SECONDS_TO_WAIT)
    try:
        with temporary_folder(settings) as place:
            digest = _stream(place / name, size, read)
            return _record(actor, key, name, size, digest, place / name, settings)
    except OSError as fault:
        if is_full(fault):
            raise NoRoom() from None
        raise
    finally:
        RECEIVING.release()


def _acceptable_size(name: str, size: int | None, settings: Settings) -> int:
    if not NAMES.fullmatch(name):
        raise WrongName()
    if size is None:
        raise LengthNeeded()
    if size > settings.bundle_megabytes * 10**6:
        raise TooLarge()
    if size + RESERVED_BYTES > shutil.disk_usage(settings.data_dir).free:
        raise NoRoom()
    return size


def _stream(path: Path, size: int, read: Callable[[int], bytes]) -> str:
    """Write the stream to a file and sync it; returns its SHA-256. Raises CutOff."""
    digest, left = hashlib.sha256(), size
    with folder_at(path.parent) as folder, open(new_file(path.name, folder), "wb") as file:
        while left and (part := read(min(CHUNK, left))):
            digest.update(part)
            file.write(part)
            left -= len(part)
        file.flush()
        os.fsync(file.fileno())
    if left:
        raise CutOff()
    return digest.hexdigest()


def _record(
    actor: Actor,
    key: BundleKey,
    name: str,
    size: int,
    digest: str,
    file: Path,
    settings: Settings,
) -> Delivery:
    with transaction():
        mine = (Delivery.key == key) & (Delivery.sha256 == digest)
        found = Delivery.get_or_none(mine)
        if found and found.state != FAILED:
            return found
        at = {"received_at": now(), "due_at": now()}
        if not found:
            # A simultaneous delivery of the same bytes waits here, and then finds this one.
            new = Delivery.insert(key=key, name=name, sha256=digest, size=size, **at)
            is_first = new.on_conflict_ignore().as_rowcount().execute()
            found = Delivery.get(mine)
            if not is_first:
                return found
        _place(found, settings).unlink(missing_ok=True)
        file.rename(_place(found, settings))
        found.change(state=WAITING, tries=0, finished_at=None, report="", **at)
        key.change(used_at=now())
        audit.record(actor, Event.BUNDLE_RECEIVED, "", f"{found.public_id} {digest}")
    return found


def _place(delivery: Delivery, settings: Settings) -> Path:
    """Path of its file until it is imported."""
    folder = own_folder(intake_folder(settings, RECEIVED) / delivery.public_id)
    return folder / delivery.name


def get_delivery(key: BundleKey, public_id: str) -> Delivery:
    """A delivery made with this key. Raises NotFound."""
    found = Delivery.get_or_none((Delivery.public_id == public_id) & (Delivery.key == key))
    if not found:
        raise NotFound()
    return found


def import_all(inbox: InboxState, settings: Settings) -> None:
    """Import all due deliveries, oldest first. The caller holds the inbox lock."""
    with connection():
        _remove_orphaned(settings)
        while delivery := Delivery.find_due(now()):
            delivery.change(tries=delivery.tries + 1)
            _import(delivery, inbox, settings)


def _remove_orphaned(settings: Settings) -> None:
    """Delete files that no waiting delivery needs: its row was rolled back, or is done."""
    for folder in intake_folder(settings, RECEIVED).iterdir():
        is_waiting = (Delivery.public_id == folder.name) & (Delivery.state == WAITING)
        # The row of a new file may not be committed yet.
        is_old = folder.stat().st_ctime < now().replace(tzinfo=UTC).timestamp() - HOUR
        if is_old and not Delivery.select(Delivery.id).where(is_waiting).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _import(delivery: Delivery, inbox: InboxState, settings: Settings) -> None:
    file = _place(delivery, settings)
    try:
        if delivery.tries > MAX_TRIES:
            text = _("The import stopped without a message %(count)s times.", count=MAX_TRIES)
            _give_up(delivery, text, inbox, settings)
            return
        report = import_bundle(file, settings, options=ImportOptions(origin=ORIGIN))
        state = REFUSED if report.is_refused else DONE
        _finish(delivery, state, str(report), inbox, settings, report.as_csv())
    except SystemExit:
        delivery.change(tries=delivery.tries - 1)
        raise
    except OUTAGES as fault:
        if delivery.tries >= MAX_TRIES:
            _give_up(delivery, in_words(fault, settings) + ".", inbox, settings)
        else:
            wait = timedelta(seconds=FIRST_WAIT_SECONDS * 2 ** (delivery.tries - 1))
            delivery.change(due_at=now() + wait)
    except Exception as fault:
        log.error("outcome=fault-of-ours %s", place_of(fault))
        text = _("e-BOK failed on this bundle: %(kind)s.", kind=type(fault).__name__)
        _give_up(delivery, text, inbox, settings)


def _give_up(delivery: Delivery, text: str, inbox: InboxState, settings: Settings) -> None:
    received = delivery.received_at.replace(tzinfo=UTC).timestamp()
    text = f"{text} {alerts.changed_by(delivery.name, received)}"
    alerts.alert_failed(delivery.name, text, settings)
    _finish(delivery, FAILED, text, inbox, settings)


def _finish(
    delivery: Delivery,
    state: str,
    text: str,
    inbox: InboxState,
    settings: Settings,
    table: str = "",
) -> None:
    file = _place(delivery, settings)
    inbox.store(delivery.name, file, FILED_DONE if state == DONE else FILED_FAILED, text, table)
    delivery.change(state=state, report=text, finished_at=now())
    shutil.rmtree(file.parent, ignore_errors=True)
    log.info("delivery=%s outcome=%s", delivery.public_id, state)


def forget_deliveries(moment: datetime, settings: Settings) -> int:
    """Delete finished deliveries after `inbox_keep_days`: reports contain personal data."""
    oldest = moment - timedelta(days=settings.inbox_keep_days)
    is_old = (Delivery.state != WAITING) & (Delivery.finished_at < oldest)
    return Delivery.delete().where(is_old).execute()
