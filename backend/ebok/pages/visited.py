"""Pages of customers as somebody of the staff sees them: composed once, filled for each visit."""

from flask import request
from markupsafe import escape

from ebok.access import current_user
from ebok.pages.frames import OF_REALM, Frame
from ebok.pages.static import Document

BASE, CODE = "/VISIT-BASE", "VISIT-CODE"
"""Placeholders for the address of the visit and its customer's code."""
VALUES = {"base": BASE, "visited": CODE}


def of_visit(kept: Document) -> Document:
    """The page with the address and the customer of this visit."""
    told = {BASE: request.script_root, CODE: current_user.account.customer_code}
    body = kept.body
    for placeholder, text in told.items():
        body = body.replace(placeholder.encode(), escape(text).encode())
    return Document(body, kept.kind)


def frame_here() -> Frame:
    """The frame of pages for who asks."""
    # The error page must work even if the database does not.
    try:
        realm = current_user.realm
        if current_user.seen_by:
            return Frame.VISITED
    except Exception:
        realm = None
    return OF_REALM[realm] if realm else Frame.PUBLIC
