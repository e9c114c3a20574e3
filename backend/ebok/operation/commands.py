"""`ebok doctor`: finds faults before customers do."""

from collections.abc import Iterable

import click
from flask_babel import force_locale

from ebok import database, settings
from ebok.cli_context import application
from ebok.doctor import FAIL, OK, WARN, Finding, examine
from ebok.operation.operations_rounds import HealthAlerts, without_own_alert

HEADS = {WARN: "LOOK AT", FAIL: "WRONG"}


@click.command()
@click.option(
    "--tell", is_flag=True, help="Tell the administrators, too, as the worker does daily."
)
def doctor(tell: bool):
    """Check settings, database, mail, PDFs and documents. Exit code 1 if something is wrong."""
    app = application().create_core(settings.load())
    click.echo("settings: fine")
    language = settings.of(app).report_language if tell else "en"
    with app.app_context(), force_locale(language):
        findings = [_said(each) for each in examine(settings.of(app))]
        if tell:
            with database.connection():
                HealthAlerts().update(without_own_alert(findings), is_patient=False)
    states = [each.state for each in findings]
    if FAIL in states:
        raise SystemExit(1)
    click.echo(_summary(states))


def _said(finding: Finding) -> Finding:
    """Print the finding and return it."""
    if finding.state == OK:
        click.echo(f"{finding.name}: {finding.what}")
        return finding
    click.echo(f"{HEADS[finding.state]}: {finding.name}: {finding.what}", err=True)
    if finding.todo:
        click.echo(f"  What to do: {finding.todo}", err=True)
    return finding


def _summary(states: Iterable[str]) -> str:
    count = sum(state == WARN for state in states)
    return f"all well, but for {count} to look at" if count else "all well"
