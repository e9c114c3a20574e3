"""Anna and Bartek, each signed in at a browser of their own."""

from somebody import anna, bartek  # noqa: F401
