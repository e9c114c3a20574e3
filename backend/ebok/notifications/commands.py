"""`ebok bounces`: whom mails do not reach."""

import click

from ebok.database import as_text
from ebok.desk import in_office
from ebok.notifications.bounces import find_unreached


@click.command()
@in_office
def bounces():
    """List the accounts whose mails come back: no invoice is mailed to them.

    Set apart by tabs: since when, customer code, address, status (RFC 3463), how many reports of
    a delay, how many notifications were not sent since.
    """
    for each in find_unreached():
        account = each.account
        click.echo(
            "\t".join(
                (
                    as_text(account.bounced_at),
                    account.customer_code,
                    account.email,
                    each.status or "-",
                    str(each.temporary),
                    str(each.not_sent),
                )
            )
        )
