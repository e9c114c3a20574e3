"""What the mail about an invoice says, and what is attached to it."""

import io
import re
from datetime import timedelta

import pytest

from cast import add_document, today
from command import run_ebok
from ebok.accounts.models import Account
from ebok.customers.models import Customer
from ebok.database import now
from ebok.documents import operations_store as store
from ebok.invoices.models import Instalment, Invoice
from ebok.mail.models import Mail
from ebok.notifications.operations_reminders import post_reminders
from ebok.tokens import shown_short_code
from notifications.conftest import ACCOUNT
from notifications.test_reminders import paid_online
from office import SECRET

PAPER = b"%PDF-1.7 as billing printed it %%EOF"
GROUPED = " ".join(re.findall("..", ACCOUNT)[:1] + re.findall("....", ACCOUNT[2:]))


def keep(town, invoice: Invoice, content: bytes = PAPER) -> None:
    """Billing has given this invoice's PDF."""
    sha256, size = store.keep(io.BytesIO(content), town.settings.data_dir)
    add_document(invoice, kind="pdf", sha256=sha256, size_bytes=size)


def sent(town, announce, invoice: Invoice):
    """The one mail about it, as the server has taken it."""
    announce()
    (mail,) = town.turn(2)
    assert invoice.number in mail.subject
    return mail


def attached(mail) -> list[tuple[str, bytes]]:
    return [(part.get_filename(), part.get_content()) for part in mail.message.iter_attachments()]


@pytest.mark.shows("P35")
def test_mail_says_sum_day_account_masked_code_and_its_own_short_code(town, announce):
    anna = town.subscriber()
    due_on = today() + timedelta(days=14)
    invoice = town.invoice(anna, gross_grosze=14569, outstanding_grosze=4569, due_on=due_on)
    keep(town, invoice)
    mail = sent(town, announce, invoice)
    for told in ("45,69\u00a0zł", str(due_on.day), str(due_on.year)):
        assert told in mail.subject.replace("45,69 zł", "45,69\u00a0zł"), mail.subject
    assert anna.customer_code not in mail.text + mail.html
    assert f"39-…{anna.customer_code[-2:]}" in mail.text
    for told in (GROUPED, invoice.number, invoice.public_id, "145,69", "45,69"):
        assert told in mail.text, told
    short_code = shown_short_code(Mail.get().short_code)
    assert short_code in mail.text
    assert short_code in mail.html


@pytest.mark.shows("P36")
def test_document_is_the_one_of_this_invoice(town, announce):
    anna = town.subscriber()
    other, invoice = town.invoice(anna, import_id=2), town.invoice(anna)
    keep(town, other, b"%PDF-1.7 of another month %%EOF")
    keep(town, invoice)
    name = re.sub(r"\W+", "-", invoice.number) + ".pdf"
    assert attached(sent(town, announce, invoice)) == [(name, PAPER)]


@pytest.mark.shows("P36")
@pytest.mark.parametrize(
    ("of_the_office", "chosen", "is_attached"),
    [(True, None, True), (True, False, False), (False, None, False), (False, True, True)],
)
def test_customer_chooses_and_the_office_decides_where_they_have_not(
    town, announce, of_the_office, chosen, is_attached
):
    town.set(attach_pdf=of_the_office)
    invoice = town.invoice(town.subscriber(attach_pdf=chosen))
    keep(town, invoice)
    mail = sent(town, announce, invoice)
    assert bool(attached(mail)) is is_attached
    assert ("załączniku" in mail.text) is is_attached, mail.text
    assert f"/faktury/{invoice.public_id}" in mail.text


def test_document_that_no_mailbox_would_take_stays_behind_the_link(town, announce):
    invoice = town.invoice(town.subscriber())
    keep(town, invoice, b"%PDF-1.7" + bytes(5_000_001))
    mail = sent(town, announce, invoice)
    assert not attached(mail)
    assert "za duży" in mail.text, mail.text


@pytest.mark.shows("P40")
def test_correction_says_what_it_corrects_and_that_its_sums_are_differences(town, announce):
    anna = town.subscriber()
    wrong = town.invoice(anna, import_id=2)
    sums = {"gross_grosze": -2657, "net_grosze": -2460, "vat_grosze": -197}
    correction = town.invoice(
        anna, kind="correction", corrects=wrong.number, due_on=None, outstanding_grosze=0, **sums
    )
    keep(town, correction)
    mail = sent(town, announce, correction)
    assert mail.subject.startswith("Korekta")
    assert f"fakturę {wrong.number}" in mail.text, mail.text
    assert "26,57" in mail.text
    assert GROUPED not in mail.text


@pytest.mark.shows("P54")
def test_bounces_are_listed_for_the_office(town):
    anna, bartek = town.subscriber(), town.subscriber()
    Account.update(bounced_at=now()).where(Account.id == anna.id).execute()
    environment = {
        "EBOK_DATABASE_URL": town.settings.database_url,
        "EBOK_DATA_DIR": str(town.settings.data_dir),
        "EBOK_SECRET_KEY": SECRET,
    }
    done = run_ebok(environment, "bounces")
    (line,) = done.stdout.splitlines()
    at, code, email, *_why = line.split("\t")
    assert (code, email) == (anna.customer_code, anna.email)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z", at)
    assert bartek.customer_code not in done.stdout


@pytest.mark.shows("P37")
def test_no_link_of_a_mail_asks_to_pay(town, announce):
    """Forged mails say "pay here": ours never do, and lead to the invoice itself."""
    anna = town.subscriber(remind_due=True, remind_overdue=True)
    invoices = [town.invoice(anna, due_on=today() + timedelta(days=days)) for days in (20, 3, -3)]
    announce()
    post_reminders(town.settings)
    mails = town.turn(6)
    assert len(mails) == 5
    for mail in mails:
        links = re.findall(r"<a [^>]*>(.*?)</a>", mail.html)
        assert "Zobacz fakturę" in links
        assert not [link for link in links if "zapła" in link.lower()]
        assert any(f"Zobacz fakturę: {link_to(town, i)}" in mail.text for i in invoices), mail.text


def link_to(town, invoice: Invoice) -> str:
    return f"{town.settings.base_url}/faktury/{invoice.public_id}"


def test_mail_of_an_invoice_in_parts_names_each_part_and_its_day(town, announce):
    invoice = town.invoice(town.subscriber(), gross_grosze=9_000)
    for days, grosze in ((10, 4_000), (40, 5_000)):
        day = today() + timedelta(days=days)
        Instalment.create(invoice=invoice.number, due_on=day, amount_grosze=grosze)
    mail = sent(town, announce, invoice)
    for told in ("40,00\u00a0zł do", "50,00\u00a0zł do", "90,00\u00a0zł"):
        assert told in mail.text.replace(" zł", "\u00a0zł"), mail.text
    assert "pierwsza rata do" in mail.subject


def test_mail_of_what_credit_covers_asks_for_nothing(town, announce):
    anna = town.subscriber()
    invoice = town.invoice(anna, gross_grosze=4_000)
    correction = {"kind": "correction", "due_on": None, "import_id": 9}
    town.invoice(anna, gross_grosze=-9_000, **correction)
    mail = sent(town, announce, invoice)
    assert "Pokrywa to Twoja nadpłata." in mail.text
    assert GROUPED not in mail.text


def test_mail_of_what_was_paid_online_says_that_it_waits_to_be_booked(town, announce):
    anna = town.subscriber()
    invoice = town.invoice(anna, gross_grosze=4_000)
    paid_online(anna, invoice)
    mail = sent(town, announce, invoice)
    for text in (mail.text, mail.html):
        assert "zapłacono online" in text
        assert "czeka na zaksięgowanie" in text
    assert GROUPED not in mail.text


def test_mail_names_the_ksef_number_for_the_title_from_the_day_that_is_set(town, announce):
    firm = town.subscriber(kind="company")
    Customer.update(nip="5265877635").execute()
    number = "8671234568-20261031-0100001AF629-AF"
    town.set(ksef_number_in_title_from=today())
    mail = sent(town, announce, town.invoice(firm, ksef_number=number))
    assert f"do dopisania w\u00a0tytule: {number}" in mail.text
