"""The command `ebok`, which is also `python -m ebok`."""

import gc


def run() -> None:
    """Read the code, and do what is asked for."""
    # Nothing of what is imported is garbage; to look for it takes a tenth of the time. It goes on
    # before the command runs: see `cli.py`.
    gc.disable()
    from ebok.cli import main

    main()


if __name__ == "__main__":
    run()
