"""`python -m ebok` is the command `ebok`."""

from ebok.cli import main

main()
