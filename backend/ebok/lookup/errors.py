"""Refusals of a search."""

from flask_babel import lazy_gettext as lazy

from ebok.errors import TooMany


class TooManySearches(TooMany):
    """A member has searched more often than anybody who answers callers."""

    code = "too-many-searches"
    sentence = lazy("You have searched very often this hour. Try again in a while.")
