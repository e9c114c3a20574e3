"""What the process that forks installations and commands has done once: it has read all code.

It has compiled the templates of pages and letters, too, and composed the pages of the usual
settings (`composed_once`).
Passwords are hashed as cheaply as in the tests (`cheap`).
"""

import gc
import tempfile
from pathlib import Path

import cheap
import composed_once
import ebok.app
import ebok.cli
import ebok.server.serve
from ebok import features, parts
from ebok.mail import render
from ebok.pages import composed
from ebok.settings import Settings

__all__ = ["cheap", "composed_once", "ebok"]

features.register_parts()
parts.load()
for place in (*features.COMMANDS.values(), *(each.routes for each in features.FEATURES)):
    if place:
        features.find(place)
more = [page for each in features.FEATURES if each.pages for page in each.find(each.pages)]
# Nothing is kept for another process: it would find the pages made and compile no template.
with tempfile.TemporaryDirectory() as folder:
    composed.compose(Settings(data_dir=Path(folder)), more)
for template in render.texts.list_templates(extensions=["txt"]):
    render.texts.get_template(template)
for template in render.pages.list_templates(extensions=["html"]):
    render.pages.get_template(template)
gc.freeze()
