"""What is wrong with an FA(3) file, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that is not as expected.

    `line` is the line of the file, 0 when the whole file is meant; `element` its path from the
    root, as Faktura/Fa/P_15, each element with its number where it has siblings of its name.
    """

    line: int = 0
    element: str = ""
    value: str | None = None
    expected: str = ""

    def __str__(self) -> str:
        parts = (f"line {self.line}" if self.line else "", self.element, self.value or "")
        return ", ".join(filter(None, parts)) + f": {self.expected}"


class Refused(Exception):
    """A file that e-BOK does not take, and why; `more` is what else is wrong with it."""

    def __init__(self, fault: Fault, more: tuple[Fault, ...] = ()):
        super().__init__(str(fault))
        self.fault = fault
        self.more = more
