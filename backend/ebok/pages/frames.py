"""Pages and their frames: what stands around a page, and which script its realm's pages share."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ebok.access.marks import Mark
from ebok.access.realms import CUSTOMER, STAFF, Realm
from ebok.pages.static import FRONTEND


class Frame(StrEnum):
    """`frontend/frames/<frame>.html`, with the entry `frontend/scripts/<frame>.js`."""

    PUBLIC = "public"
    CUSTOMER = "customer"
    STAFF = "staff"

    @property
    def template(self) -> str:
        """What a page extends."""
        return f"frames/{self}.html"

    @property
    def entry(self) -> str:
        """The script that its pages share."""
        return f"{self}.js"

    def styles(self, is_open: bool) -> tuple[str, ...]:
        """The styles of a page in this frame: the frame's, then those of open pages."""
        if self is not Frame.CUSTOMER:
            return ("public.css",)
        return ("customer.css", "open.css") if is_open else ("customer.css",)


OF_REALM: dict[Realm, Frame] = {CUSTOMER: Frame.CUSTOMER, STAFF: Frame.STAFF}


@dataclass(frozen=True)
class Page:
    """A page: its address, its file `pages/<name>.html` in `folder`, whom it answers, its frame.

    One of the public frame is shown to customers who are signed in in theirs, with their tabs.
    """

    address: str
    name: str
    mark: Mark
    frame: Frame = Frame.PUBLIC
    folder: Path = FRONTEND

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Each that it is composed in; the first is for whoever is signed in nowhere."""
        return (Frame.PUBLIC, Frame.CUSTOMER) if self.is_open else (self.frame,)

    @property
    def is_open(self) -> bool:
        """Whether it is open to everybody."""
        return self.frame is Frame.PUBLIC
