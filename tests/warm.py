"""What the process that forks offices and commands has done once: it has read all code.

It has compiled the templates, too; each office composes its pages from them, by its own settings.
"""

import gc

import ebok.cli
import ebok.server.serve
from ebok.pages import composed
from ebok.settings import Settings

__all__ = ["ebok"]

composed.compose(Settings())
gc.freeze()
