"""Pages and their frames: the layout around a page, and the script shared by its realm."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ebok.access.marks import Mark, Requires
from ebok.access.realms import CUSTOMER, STAFF, Realm
from ebok.pages.static import FRONTEND


class Frame(StrEnum):
    """`frontend/frames/<frame>.html`, with the entry `frontend/scripts/<frame>.js`."""

    PUBLIC = "public"
    CUSTOMER = "customer"
    STAFF = "staff"
    VISITED = "visited"
    """A customer's page as somebody of the staff sees it: with a banner, and nothing to do."""

    @property
    def template(self) -> str:
        """Path of the template that pages extend."""
        return f"frames/{self}.html"

    @property
    def entry(self) -> str:
        """Name of the script shared by its pages."""
        return f"{self.parts}.js"

    @property
    def parts(self) -> str:
        """The frame whose scripts its pages have."""
        return "customer" if self is Frame.VISITED else str(self)

    def styles(self, is_open: bool) -> tuple[str, ...]:
        """The styles of a page in this frame: the frame's, then those of open pages."""
        if self is Frame.VISITED:
            return ("customer.css", "visited.css")
        if self is not Frame.CUSTOMER:
            return (f"{self}.css",)
        return ("customer.css", "open.css") if is_open else ("customer.css",)


OF_REALM: dict[Realm, Frame] = {CUSTOMER: Frame.CUSTOMER, STAFF: Frame.STAFF}


@dataclass(frozen=True)
class Page:
    """A page: its address, template `pages/<name>.html` in `folder`, access mark, and frame.

    To signed-in customers a public page is shown in the customer frame, with their tabs.
    """

    address: str
    name: str
    mark: Mark
    frame: Frame = Frame.PUBLIC
    folder: Path = FRONTEND

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The frames in which the page is rendered, the one for anonymous visitors first."""
        if self.is_open:
            return Frame.PUBLIC, Frame.CUSTOMER
        is_shown = isinstance(self.mark, Requires) and self.mark.shown_to_staff
        return (self.frame, Frame.VISITED) if is_shown else (self.frame,)

    @property
    def is_open(self) -> bool:
        """Whether the page is open to everybody."""
        return self.frame is Frame.PUBLIC
