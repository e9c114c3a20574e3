"""Pages composed once for all applications whose settings say the same to pages.

In this process and in those that fork for it; composing takes three quarters of an application's
creation.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from ebok.pages import composed
from ebok.pages.keeping import Key
from ebok.settings import Settings

BASE = "https://base.invalid"
"""Stands for the address, the one setting that pages show and every installation has its own of."""


class Asked:
    """Settings that note which of them the pages ask for."""

    def __init__(self, settings: Any, answers: dict[str, Any] | None = None, table: str = ""):
        self._settings = settings
        self._table = table
        self.answers: dict[str, Any] = {} if answers is None else answers

    def __getattr__(self, name: str) -> Any:
        if name == "base_url":
            return BASE
        answer = getattr(self._settings, name)
        if name == "limits":
            return Asked(answer, self.answers, "limits.")
        self.answers[self._table + name] = answer
        return answer

    def are_answered_by(self, other: Settings) -> bool:
        """Whether these other settings answer all that was asked as these did."""
        return all(attrgetter(name)(other) == answer for name, answer in self.answers.items())


class ComposedOnce:
    """`compose` of `pages/composed.py`, asked once for what is the same."""

    def __init__(self, compose: Callable):
        self.compose = compose
        self.made: list[tuple[list, Asked, dict[Key, str]]] = []

    def __call__(self, settings: Settings, static: Any, wanted: list) -> dict[Key, str]:
        """The pages, with the address of this installation."""
        given = [static.names, static.integrity, wanted]
        pages = self._find(given, settings) or self._make(given, settings, static)
        return {key: html.replace(BASE, settings.base_url) for key, html in pages.items()}

    def _find(self, given: list, settings: Settings) -> dict[Key, str] | None:
        fits = (p for g, asked, p in self.made if g == given and asked.are_answered_by(settings))
        return next(fits, None)

    def _make(self, given: list, settings: Settings, static: Any) -> dict[Key, str]:
        asked = Asked(settings)
        pages = self.compose(asked, static, given[-1])
        self.made.append((given, asked, pages))
        return pages


REAL = composed._compose_all

composed._compose_all = ComposedOnce(REAL)
