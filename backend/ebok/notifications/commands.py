"""`ebok bounces`: accounts whose mails bounce; `ebok evidence`: evidence of delivery."""

import click

from ebok.actor import Actor
from ebok.cli_context import CLERK, in_application, row
from ebok.database.iso import as_text
from ebok.errors import Refusal
from ebok.notifications import operations_clearing as clearing
from ebok.notifications.operations_evidence import of_customer
from ebok.notifications.operations_unreached import find_unreached


@click.group(invoke_without_command=True)
@click.pass_context
def bounces(context: click.Context):
    """List the accounts whose mails come back: no invoice is mailed to them.

    Set apart by tabs: since when, customer code, address, why (dead, full, refused, silent), status
    (RFC 3463), how many reports that are no proof, how many notifications were not sent since.
    """
    if not context.invoked_subcommand:
        _list()


@in_application
def _list():
    for each in find_unreached():
        account = each.account
        why = (account.bounce_kind or "-", each.status or "-", str(each.counted))
        whom = (account.customer_code, account.email)
        click.echo(row(as_text(account.bounced_at) or "", *whom, *why, str(each.not_sent)))


@bounces.command()
@click.argument("customer_code")
@CLERK
@in_application
def clear(customer_code: str, clerk: Actor):
    """Resume mails to a customer's address, after speaking with them, and send what it missed.

    Paper continues until a mail has been accepted there. Former bounces no longer count.
    """
    try:
        posted = clearing.clear(clerk, customer_code)
    except Refusal as fault:
        raise click.ClickException(str(fault.sentence)) from None
    click.echo(f"{customer_code}: written to again, notifications sent: {posted}")


@click.command()
@click.argument("customer_code")
@in_application
def evidence(customer_code: str):
    """Show what proves that a customer was given each invoice, the newest first.

    Set apart by tabs: number, when they were told, when the mail server took the mail, when the
    invoice was first opened in e-BOK, and the address ("-" for what did not happen, or is gone).
    """
    for each in of_customer(customer_code):
        times = (each.created_at, each.accepted_at, each.opened_at)
        shown = [as_text(time) or "-" for time in times]
        click.echo(row(each.number, *shown, each.recipient or "-"))
