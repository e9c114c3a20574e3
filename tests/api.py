"""An application of this process that has no pages: to compose them takes 0.4 s of a core."""

from unittest.mock import patch

from flask import Flask

from ebok.app import create_app
from ebok.pages import composed
from ebok.settings import Settings


def create_api(settings: Settings) -> Flask:
    """The application without pages; its API is complete."""
    with (
        patch.multiple(composed, PAGES=(), DEMO_PAGES=()),
        patch.dict(composed.ERRORS, clear=True),
    ):
        return create_app(settings)
