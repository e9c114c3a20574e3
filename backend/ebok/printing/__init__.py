"""Papers: an HTML template becomes a tagged PDF. `ask` and `obtain` are the doors; `render` makes
one in any case, here and now."""

from ebok.printing.asking import Cost, NotYet, ask, ask_pack, obtain
from ebok.printing.press import CannotPrint
from ebok.printing.service import packs
from ebok.printing.sheets import render

__all__ = ["CannotPrint", "Cost", "NotYet", "ask", "ask_pack", "obtain", "packs", "render"]
