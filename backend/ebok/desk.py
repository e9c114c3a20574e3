"""What the commands of a clerk share: who decides, and the application around them."""

from functools import wraps

import click
from flask_babel import force_locale

from ebok.terminal import row


def _named(_context, _option, clerk: str) -> str:
    # A decision by nobody could not be asked about later.
    name = clerk.strip()
    if not 0 < len(name) <= 100 or row(name) != name:
        raise click.BadParameter("a name of 1 to 100 characters, all of which are seen")
    return name


CLERK = click.option(
    "--clerk", required=True, callback=_named, help="Who decides: kept in the audit log."
)


def in_office(command):
    """Run a command inside the application: it posts mails as a page would."""

    @wraps(command)
    def run(**arguments):
        # The application collects the features, this one too: it can only be imported later.
        from ebok.app import opened

        with opened(), force_locale("en"):
            command(**arguments)

    return run
