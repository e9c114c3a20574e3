"""Faults of an FA(3) file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that is not as expected.

    `line` is the line of the file, 0 for the whole file; `element` the path from the root, as
    Faktura/Fa/P_15, with a number where siblings have the same name.
    """

    line: int = 0
    element: str = ""
    value: str | None = None
    expected: str = ""

    def __str__(self) -> str:
        parts = (f"line {self.line}" if self.line else "", self.element, self.value or "")
        return ", ".join(filter(None, parts)) + f": {self.expected}"


class Refused(Exception):
    """A file is refused; why, and `more` faults."""

    def __init__(self, fault: Fault, more: tuple[Fault, ...] = ()):
        super().__init__(str(fault))
        self.fault = fault
        self.more = more
