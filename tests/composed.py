"""Writes every page as it is served, in each language and frame, for those who read HTML."""

import sys
from pathlib import Path

from ebok.pages.composed import compose
from ebok.settings import Settings
from ebok.settings.office_hours import Notice

NOTICE = Notice("24 listopada", "Przerwa w dostawie", "Wymieniamy zasuwę.", heed=True)


def write(place: Path) -> None:
    """Write the pages below `place`: pl/public/rejestracja.html, uk/customer/faktury.html."""
    settings = Settings(base_url="http://localhost:8000", demo=True, notices=(NOTICE,))
    for (name, language, frame), document in compose(settings).pages.items():
        file = place / language / frame / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(document.body)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
