"""Papers: an HTML template becomes a tagged PDF. `render` is the door."""

from ebok.printing.press import CannotPrint
from ebok.printing.sheets import render

__all__ = ["CannotPrint", "render"]
