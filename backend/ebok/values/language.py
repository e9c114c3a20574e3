"""The language that sentences and figures are in now, found fast.

Flask-Babel's `get_locale` asks five times what is current before it gives what it keeps for the
request; one invoice needs the answer two hundred times.
"""

from flask import g
from flask_babel import get_locale


def in_use() -> str:
    """pl, en or uk; "" outside of any application, where nobody is spoken to."""
    try:
        return g._flask_babel.babel_locale.language
    except (AttributeError, RuntimeError):
        # Not asked yet in this request, or no application.
        locale = get_locale()
        return locale.language if locale else ""
