"""Where an import meets its notifications: one mail for each new invoice of who asked for it.

Everything here is called inside the import's own transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, has_app_context

from ebok.notifications import operations
from ebok.settings import Settings


@contextmanager
def office(settings: Settings) -> Iterator[None]:
    """A context in which letters can be posted; a command has none of its own."""
    if has_app_context():
        yield
        return
    app = Flask("ebok")
    app.config.update(EBOK=settings, SECRET_KEY=settings.secret_key)
    with app.app_context():
        yield


def announce(import_id: int, test_addresses: tuple[str, ...] = ()) -> int:
    """Leave the mails of this import's invoices; how many. With test addresses they are held."""
    return operations.announce(import_id, test_addresses)


def publish(import_id: int) -> int:
    """Release what was held; how many."""
    return operations.publish(import_id)


def withdraw(import_id: int) -> int:
    """Take back what has not been sent; how many."""
    return operations.withdraw(import_id)
