"""A mail in the demo's mailbox as the API has it."""

from typing import Annotated, TypedDict

from ebok.values.days import ShownInstant


class AttachmentJson(TypedDict):
    """What is attached to a mail."""

    number: Annotated[int, "minimum: 1"]
    """Names it in its address."""
    name: str
    size_bytes: Annotated[int, "minimum: 0"]


class DemoMailTextJson(TypedDict):
    """What a mail says."""

    id: str
    to: str
    subject: str
    text: str
    """The text part."""
    attachments: list[AttachmentJson]


class DemoMailJson(DemoMailTextJson):
    """A mail that the demo has sent."""

    sent: ShownInstant
