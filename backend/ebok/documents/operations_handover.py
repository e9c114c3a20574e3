"""Who is told that a customer was handed a document: opened is opened, by whichever way.

A feature declares beside its operations:

    @when_handed_over
    def note_handed_over(customer_code: str, number: str) -> None:
        …
"""

from collections.abc import Callable

LISTENERS: list[Callable[[str, str], None]] = []


def when_handed_over(listener: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Declare a function that is told of each customer code and number."""
    LISTENERS.append(listener)
    return listener


def tell_handed_over(customer_code: str, number: str) -> None:
    """This invoice's document has left for its customer."""
    for listener in LISTENERS:
        listener(customer_code, number)
