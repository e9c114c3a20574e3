"""The command `ebok`, which is also `python -m ebok`."""

import gc


def run() -> None:
    """Import the code and run the command."""
    # Imports produce no garbage, and collecting takes 10 % of the time. Enabled again before the
    # command runs: see `cli.py`.
    gc.disable()
    from ebok.cli import main

    main()


if __name__ == "__main__":
    run()
