"""The current language, found fast.

Flask-Babel's `get_locale` does five context look-ups, and an invoice needs it two hundred times.
"""

from flask import g
from flask_babel import get_locale


def in_use() -> str:
    """pl, en or uk; "" outside an application context."""
    try:
        return g._flask_babel.babel_locale.language
    except (AttributeError, RuntimeError):
        # First call in this request, or no application context.
        locale = get_locale()
        return locale.language if locale else ""
