"""JSON of the mails in the demo's mailbox."""

from typing import Annotated, TypedDict

from ebok.values.days import ShownInstant


class AttachmentJson(TypedDict):
    """An attachment of a mail."""

    number: Annotated[int, "minimum: 1"]
    """Names it in its address."""
    name: str
    size_bytes: Annotated[int, "minimum: 0"]


class DemoMailTextJson(TypedDict):
    """The headers and text of a mail."""

    id: str
    to: str
    subject: str
    text: str
    """The text part."""
    attachments: list[AttachmentJson]


class DemoMailJson(DemoMailTextJson):
    """A mail that the demo sent."""

    sent: ShownInstant
