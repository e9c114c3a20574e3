"""Caches composed pages for the next start: composing takes a fifth of a start's time."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import jinja2

from ebok.files import kept
from ebok.files.folders import compiled_folder
from ebok.pages.frames import Frame

Key = tuple[str, str, Frame]
"""Name, language and frame of a page."""
PACKAGE = Path(__file__).parents[1]
SOURCES = (".py", ".po", ".html", ".svg")


def keep(
    data_dir: Path, folders: Iterable[Path], values: object, compose: Callable[[], dict[Key, str]]
) -> dict[Key, str]:
    """The cached pages, else those that `compose` makes, then cached.

    The cache is valid for the same `values`, code, catalogues, Jinja and files in `folders`.
    """

    def made() -> bytes:
        return json.dumps([[*key, html] for key, html in compose().items()]).encode()

    sources = [PACKAGE, *sorted(folders), Path(jinja2.__file__).parent]
    source = repr((values, kept.states_of(sources, SOURCES))).encode()
    found = json.loads(kept.once(compiled_folder(data_dir), "pages.json", source, made))
    return {(name, lang, Frame(frame)): html for name, lang, frame, html in found}
