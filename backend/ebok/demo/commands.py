"""`ebok demo`: load and serve the demo town, on loopback only."""

import os
import shutil
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ebok.audit.chain import begin_if_new
from ebok.billing.bundle import READY
from ebok.billing.operations import import_bundle
from ebok.billing.operations_ending import ImportOptions
from ebok.cli_context import application
from ebok.customers.models import Customer
from ebok.database import connect, connection, database
from ebok.database.migrate import migrate
from ebok.demo.operations_newcomers import Newcomer, three_to_register
from ebok.demo.operations_residents import PASSWORD, RESIDENTS, settle_in
from ebok.invoices.models import Invoice
from ebok.languages import in_report_language
from ebok.settings import Settings, load

KINDS = {"person": "Osoba fizyczna", "company": "Firma"}


@click.command()
@click.option("--no-serve", is_flag=True, help="Only load the town and show whom one can be.")
@click.option("--news", is_flag=True, help="Only put today's invoices into the demo's inbox.")
def demo(no_serve: bool, news: bool) -> None:
    """Load the demo town, once, and serve it.

    Works on loopback only: without a mail server it shows every mail at /demo/poczta.
    """
    if news:
        settings = load()
        connect(settings.database)
        with connection():
            click.echo(f"In the inbox: {_deliver_news(settings)}")
        return
    # The web and mail processes read their settings from the environment.
    os.environ["EBOK_DEMO"] = "true"
    settings = load()
    connect(settings.database)
    names = migrate()
    with connection():
        begin_if_new(names, settings.secret_key)
        _load_town(settings)
        click.echo(_table(three_to_register()))
        click.echo(_residents())
    # Forked processes must not inherit open connections.
    database.close_all()
    if not no_serve:
        _serve(settings)


def _load_town(settings: Settings) -> None:
    if Customer.select().exists():
        return
    # Imported here, so that other commands do not load it.
    from ebok.demo.operations_town import write_bundle

    with tempfile.TemporaryDirectory(prefix="demo-town-") as folder:
        write_bundle(Path(folder), settings, _today(settings))
        report = import_bundle(Path(folder), settings, options=ImportOptions(origin="demo"))
    with in_report_language(settings):
        click.echo(str(report))
    if report.is_refused:
        # Settings can do that: a pattern of customer codes that is not the demo town's.
        raise click.ClickException("the demo town does not fit these settings")
    with application().open_core():
        settle_in()


def _today(settings: Settings) -> date:
    """Today in the utility's time zone."""
    return datetime.now(ZoneInfo(settings.timezone)).date()


def _deliver_news(settings: Settings) -> str:
    """Put a bundle with one more invoice for everybody into the inbox; idempotent within a day."""
    from ebok.demo.operations_town import write_news

    inbox = settings.data_dir / "inbox"
    day = _today(settings)
    name = f"news-{day}"
    # The inbox ignores names that begin with a dot.
    draft = inbox / f".{name}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    write_news(draft, settings, unbilled_since(day), day)
    (draft / READY).touch()
    draft.rename(inbox / name)
    return name


def unbilled_since(day: date) -> date:
    """The day after the last period billed before `day`, where the new invoices begin."""
    billed = Invoice.select(Invoice.period_to).where(Invoice.period_to < day)
    newest = billed.order_by(Invoice.period_to.desc()).first()
    return newest.period_to + timedelta(days=1) if newest else day


def _table(newcomers: list[Newcomer]) -> str:
    """What to enter in the registration form, a block for each customer, with the form's labels."""
    blocks = [_block(newcomer) for newcomer in newcomers]
    return "\n\n".join(["You can register as one of these:", *blocks, ""])


def _residents() -> str:
    """Text that lists the customers with accounts, and what each shows."""
    told = [f"  {resident.customer_code}  {resident.sees}" for resident in RESIDENTS]
    return "\n".join([f"Or log in as one of these; the password is {PASSWORD}", *told, ""])


def _block(newcomer: Newcomer) -> str:
    facts = {
        "Kod klienta": newcomer.customer_code,
        "Zarejestrowany jako": KINDS[newcomer.kind],
        "Nazwa nabywcy": newcomer.buyer_name,
        "NIP": newcomer.nip,
        "Nr faktury": newcomer.invoice_number,
        "Kwota brutto": newcomer.amount,
    }
    return "\n".join(f"  {label:<20} {value}" for label, value in facts.items() if value)


def _serve(settings: Settings) -> None:
    # Imported here: only serving needs them.
    from ebok.demo.operations_sink import start
    from ebok.server.serve import serve

    if not settings.mail_server:
        port = start(settings)
        os.environ |= {
            "EBOK_MAIL_SERVER": "127.0.0.1",
            "EBOK_MAIL_PORT": str(port),
            "EBOK_MAIL_USE_TLS": "false",
        }
        click.echo(f"Mail:   {settings.base_url}/demo/poczta")
        settings = load()
    click.echo(f"Office: {settings.base_url}/")
    serve(settings, application().create_app)
