"""`ebok doctor`: tell what is wrong before customers do."""

import smtplib
import ssl
from collections.abc import Iterator

import click

from ebok import database, migrate, settings
from ebok.settings import Settings


@click.command()
def doctor():
    """Check settings, database and mail server. Exit code 1 when something is wrong."""
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
    yield from _database(chosen)
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
