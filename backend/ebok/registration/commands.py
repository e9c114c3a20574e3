"""`ebok registrations …`: the office's decisions, until the back office has screens for them."""

from collections.abc import Callable

import click

from ebok.actor import Actor
from ebok.cli_context import CLERK, in_application, row
from ebok.database.iso import as_text
from ebok.errors import Refusal
from ebok.registration import operations_reviews as reviews

REVIEW_ID = click.IntRange(1, 2**31 - 1)


@click.group()
def registrations():
    """Registrations that wait for the office."""


@registrations.command("list")
@in_application
def list_waiting():
    """Show the requests that wait, oldest first."""
    for review in reviews.waiting():
        amount = f"{review.amount_grosze / 100:.2f}"
        who = (review.customer_code, review.kind, review.buyer, f"NIP {review.nip or '-'}")
        told = (review.number, amount, review.email, review.phone or "-", review.unread or "-")
        click.echo(row(str(review.id), as_text(review.asked_at) or "", *who, *told))


@registrations.command()
@click.argument("review_id", type=REVIEW_ID)
@CLERK
@click.option("--reached-by", required=True, type=click.Choice(reviews.REACHED_BY))
@in_application
def approve(review_id: int, clerk: Actor, reached_by: str):
    """Open the account, after the customer was reached by what BILLING holds, or at the counter."""
    _decide(reviews.approve, clerk, review_id, reached_by)


@registrations.command()
@click.argument("review_id", type=REVIEW_ID)
@CLERK
@click.option("--reason", required=True, type=click.Choice(reviews.REASONS))
@in_application
def refuse(review_id: int, clerk: Actor, reason: str):
    """Refuse, with one of the ready reasons."""
    _decide(reviews.refuse, clerk, review_id, reason)


def _decide(operation: Callable[..., object], clerk: Actor, review_id: int, how: str) -> None:
    try:
        operation(clerk, review_id, how)
    except Refusal as refusal:
        raise click.ClickException(str(refusal.sentence)) from None
    click.echo(f"request {review_id}: done")
