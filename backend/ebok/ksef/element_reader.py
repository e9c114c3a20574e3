"""Reads the children of an element one by one, so that none is overlooked."""

from collections.abc import Callable
from typing import TypeVar, cast

from ebok.ksef.element_values import Unfit, collapsed, flag
from ebok.ksef.errors import Fault, Refused
from ebok.ksef.fa2 import Element
from ebok.ksef.ignored_elements import IGNORED
from ebok.ksef.schema import PREFIX, fault_at
from ebok.languages import say as _

Value = TypeVar("Value")
NAME = len(PREFIX)


class ElementReader:
    """Reads one element. `close` refuses the file if a child was neither read nor is in
    `ignored_elements.py`.

    `warnings` collects faults of the whole file that a clerk should see, but that do not refuse it.
    """

    __slots__ = ("children", "warnings", "element")

    def __init__(self, element: Element, warnings: list[Fault]):
        self.element = element
        self.warnings = warnings
        self.children: dict[str, list[Element]] = {}
        for child in element:
            self.children.setdefault(cast(str, child.tag)[NAME:], []).append(child)

    @property
    def name(self) -> str:
        """The element's name in FA(3)."""
        return cast(str, self.element.tag)[NAME:]

    def text(self, name: str) -> str:
        """The text of the only child with this name, or ""."""
        found = self.children.pop(name, None)
        return collapsed(found[0].text) if found else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of all children with this name."""
        return tuple(collapsed(child.text) for child in self.children.pop(name, ()))

    def value(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """read(text) for the only child with this name, or None. Raises Refused."""
        found = self.children.pop(name, None)
        if not found:
            return None
        return read_value(found[0], read)

    def required(self, name: str, read: Callable[[str], Value]) -> Value:
        """read(text) for a child that the schema requires. Raises Refused."""
        return read_value(self.children.pop(name)[0], read)

    def values(self, name: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        """read(text) for each child with this name. Raises Refused."""
        return tuple(read_value(child, read) for child in self.children.pop(name, ()))

    def flag(self, name: str) -> bool:
        """Whether a flag is 1; 2, or a missing element, is no."""
        return bool(self.value(name, flag))

    def child(self, name: str, read: Callable[["ElementReader"], Value]) -> Value | None:
        """read(reader) for the only child called `name`, or None. Raises Refused."""
        found = self.children.pop(name, None)
        return read_element(found[0], self.warnings, read) if found else None

    def required_child(self, name: str, read: Callable[["ElementReader"], Value]) -> Value:
        """read(reader) for a child that the schema requires. Raises Refused."""
        return read_element(self.children.pop(name)[0], self.warnings, read)

    def each_child(self, name: str, read: Callable[["ElementReader"], Value]) -> tuple[Value, ...]:
        """read(reader) for each child called `name`. Raises Refused."""
        found = self.children.pop(name, ())
        return tuple(read_element(child, self.warnings, read) for child in found)

    def close(self) -> None:
        """Raise Refused if a child was not read."""
        if self.children:
            left = IGNORED.get(self.name, frozenset())
            for name, found in self.children.items():
                if name not in left:
                    expected = _("an element that e-BOK does not know")
                    raise Refused(fault_at(found[0], expected))

    def fault(self, expected: str, name: str = "") -> Fault:
        """A fault of this element, or of its first child called `name`."""
        child = self.element.find(f"{PREFIX}{name}") if name else None
        return fault_at(self.element if child is None else child, expected)

    def refused(self, expected: str, name: str = "") -> Refused:
        """A refusal because of this element, or of its first child called `name`."""
        return Refused(self.fault(expected, name))

    def warn(self, expected: str, name: str = "") -> None:
        """Add a warning about this element, or about its first child called `name`."""
        self.warnings.append(self.fault(expected, name))


def read_value(element: Element, read: Callable[[str], Value]) -> Value:
    """read(text) of an element. Raises Refused."""
    try:
        return read(collapsed(element.text))
    except Unfit as unfit:
        raise Refused(fault_at(element, unfit.args[0])) from None


def read_element(
    element: Element, warnings: list[Fault], read: Callable[[ElementReader], Value]
) -> Value:
    """read(reader) of an element, which must read all its children. Raises Refused."""
    reader = ElementReader(element, warnings)
    value = read(reader)
    reader.close()
    return value
