"""An element whose children are taken one by one, so that none can be overlooked."""

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from ebok.ksef.element_values import Unfit, collapsed, flag
from ebok.ksef.errors import Fault, Refused
from ebok.ksef.ignored_elements import LEFT
from ebok.ksef.schema import PREFIX, fault_at
from ebok.languages import say as _

Value = TypeVar("Value")
NAME = len(PREFIX)


class ElementReader:
    """One element. `close` refuses the file if a child was neither taken nor is in
    `ignored_elements.py`.

    `doubts` gathers, over the whole file, what stops nothing but should be seen by a clerk.
    """

    __slots__ = ("children", "doubts", "element")

    def __init__(self, element: etree._Element, doubts: list[Fault]):
        self.element = element
        self.doubts = doubts
        self.children: dict[str, list[etree._Element]] = {}
        for child in element:
            self.children.setdefault(child.tag[NAME:], []).append(child)

    @property
    def name(self) -> str:
        """What FA(3) calls this element."""
        return self.element.tag[NAME:]

    def text(self, name: str) -> str:
        """The text of a child that comes at most once; empty when it does not."""
        found = self.children.pop(name, None)
        return collapsed(found[0].text) if found else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of all children of this name."""
        return tuple(collapsed(child.text) for child in self.children.pop(name, ()))

    def value(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """A child's text, read; None when there is no such child. Raises Refused."""
        found = self.children.pop(name, None)
        if not found:
            return None
        return read_value(found[0], read)

    def values(self, name: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        """The texts of all children of this name, read."""
        return tuple(read_value(child, read) for child in self.children.pop(name, ()))

    def flag(self, name: str) -> bool:
        """Whether a mark is set: 1, where 2 or nothing is no."""
        return bool(self.value(name, flag))

    def branch(self, name: str, read: Callable[["ElementReader"], Value]) -> Value | None:
        """What `read` makes of the child of this name; None when there is none."""
        found = self.children.pop(name, None)
        return read_element(found[0], self.doubts, read) if found else None

    def branches(self, name: str, read: Callable[["ElementReader"], Value]) -> tuple[Value, ...]:
        """What `read` makes of each child of this name."""
        found = self.children.pop(name, ())
        return tuple(read_element(child, self.doubts, read) for child in found)

    def close(self) -> None:
        """Be sure that nothing was overlooked. Raises Refused."""
        if self.children:
            left = LEFT.get(self.element.tag[NAME:], frozenset())
            for name, found in self.children.items():
                if name not in left:
                    expected = _("an element that e-BOK does not know")
                    raise Refused(fault_at(found[0], expected))

    def fault(self, expected: str, name: str = "") -> Fault:
        """A fault of this element, or of its first child of a name, taken or not."""
        child = self.element.find(f"{PREFIX}{name}") if name else None
        return fault_at(self.element if child is None else child, expected)

    def refused(self, expected: str, name: str = "") -> Refused:
        """A refusal at this element, or at its first child of a name."""
        return Refused(self.fault(expected, name))

    def warn(self, expected: str, name: str = "") -> None:
        """Note something for a clerk at this element, or at its first child of a name."""
        self.doubts.append(self.fault(expected, name))


def read_value(element: etree._Element, read: Callable[[str], Value]) -> Value:
    """An element's text, read. Raises Refused."""
    try:
        return read(collapsed(element.text))
    except Unfit as unfit:
        raise Refused(fault_at(element, unfit.args[0])) from None


def read_element(
    element: etree._Element, doubts: list[Fault], read: Callable[[ElementReader], Value]
) -> Value:
    """What `read` makes of an element, all of whose children must be taken. Raises Refused."""
    branch = ElementReader(element, doubts)
    value = read(branch)
    branch.close()
    return value
