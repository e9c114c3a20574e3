"""A feature such as the office's rooms will be: a realm of its own, plugged into the real house.

It asks for no password: that is the business of a feature, and what is tried is what is around it.
"""

from ebok.features import Feature

BACKROOM = Feature(
    "backroom",
    "routes:routes",
    prefix="",
    sessions="routes:SESSIONS",
    pages="routes:PAGES",
    package="backroom",
)
