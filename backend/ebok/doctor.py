"""`ebok doctor`: tell what is wrong before customers do."""

import smtplib
import ssl
from collections.abc import Callable, Iterator

import click
from flask import Flask

from ebok import database, languages, migrate, printing, settings
from ebok.printing.fonts import WANTED, fonts_of
from ebok.settings import Settings

CHECKUPS: list[Callable[[Settings], Iterator[str]]] = []


def checkup(check: Callable[[Settings], Iterator[str]]) -> Callable[[Settings], Iterator[str]]:
    """Declare what a feature wants looked at: it yields what is wrong, a sentence each.

    It has a connection to a database that is up to date.
    """
    CHECKUPS.append(check)
    return check


@click.command()
def doctor():
    """Check settings, database, mail, PDFs and documents. Exit code 1 when something is wrong."""
    chosen = settings.load()
    click.echo("settings: fine")
    faults = list(diagnose(chosen))
    for fault in faults:
        click.echo(f"WRONG: {fault}", err=True)
    if faults:
        raise SystemExit(1)
    click.echo("all well")


def diagnose(chosen: Settings) -> Iterator[str]:
    """What is wrong, a sentence each."""
    faults = list(_database(chosen))
    yield from faults
    if not faults:
        with database.connection():
            for check in CHECKUPS:
                yield from check(chosen)
    yield from _printing(chosen)
    if chosen.mail_server:
        yield from _mail(chosen)
    elif not chosen.demo:
        yield "mail_server: none is set, so no code can be mailed"


def _database(chosen: Settings) -> Iterator[str]:
    try:
        database.connect(chosen.database)
        lacking = migrate.pending()
    except Exception as fault:
        yield f"database: {database.host_of(chosen.database)}: {type(fault).__name__}: {fault}"
        return
    if lacking:
        yield f"database: not up to date, lacks {', '.join(lacking)}: run `ebok init`"
    else:
        click.echo("database: reachable and up to date")


def _printing(chosen: Settings) -> Iterator[str]:
    """Print a line with the letters of three languages, and look which fonts it was set in."""
    app = Flask("ebok")
    app.config["EBOK"] = chosen
    languages.register(app, chosen.timezone)
    try:
        with app.app_context():
            pdf = printing.render("specimen", "pl")
    except printing.CannotPrint as refusal:
        yield f"printing: no PDF can be made: {refusal.reason}: run deploy/libraries.sh"
        return
    if lacking := WANTED - fonts_of(pdf):
        names = ", ".join(sorted(lacking)).replace("-", " ")
        yield f"printing: PDFs lack fonts ({names}): run deploy/libraries.sh"
    else:
        click.echo("printing: PDFs can be made, in their fonts")


def _mail(chosen: Settings) -> Iterator[str]:
    where = f"mail_server: {chosen.mail_server}:{chosen.mail_port}"
    try:
        with smtplib.SMTP(chosen.mail_server, chosen.mail_port, timeout=10) as server:
            if chosen.mail_use_tls:
                context = ssl.create_default_context(cafile=chosen.mail_ca_file or None)
                server.starttls(context=context)
            if chosen.mail_username:
                server.login(chosen.mail_username, chosen.mail_password)
            server.noop()
    except (OSError, smtplib.SMTPException) as fault:
        yield f"{where}: {type(fault).__name__}: {fault}"
        return
    click.echo(f"{where}: answers" + (", with verified TLS" if chosen.mail_use_tls else ""))
