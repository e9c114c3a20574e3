"""A wrong invoice that was told of by mail, and the mail that corrects it."""

from datetime import timedelta

import pytest

from billing import bundles
from ebok.billing.operations import import_bundle
from ebok.billing.operations_decisions import Decisions
from ebok.billing.operations_ending import ImportOptions
from ebok.billing.operations_publishing import publish
from ebok.billing.operations_undo import undo
from ebok.customers.models import Customer
from ebok.invoices.models import Invoice
from ebok.mail.models import Mail
from ebok.notifications.models import Notification
from notifications.conftest import ISSUED, NUMBER


@pytest.mark.shows("P39")
def test_right_invoice_after_an_undone_one_replaces_what_was_mailed(town, anna, night):
    night(anna)
    town.turn(2)
    undone = undo(town.settings)
    assert undone.notified == 1
    assert "1 klient dostał już wiadomość" in str(undone)
    night(anna, "108,00")
    town.turn(2)
    wrong, right = town.server.mails
    assert right.to == wrong.to == anna.email
    assert right.subject.replace("\u00a0", " ") == f"Faktura {NUMBER}: 108,00 zł, nie 1 080,00 zł"
    text = " ".join(right.text.replace("\u00a0", " ").split())
    assert f"Faktura {NUMBER} z dnia" in text
    assert "zastępuje to, co napisaliśmy Ci" in text
    assert "Podaliśmy wtedy 1 080,00 zł. Właściwa kwota to 108,00 zł." in text
    assert len(list(right.message.iter_attachments())) == 1
    # It is told once, whatever is repeated.
    night(anna, "108,00", outstanding="50,00")
    assert len(town.turn(2)) == 2


@pytest.mark.shows("P39")
def test_right_invoice_over_the_wrong_one_replaces_it_too(town, anna, night):
    night(anna)
    town.turn(2)
    night(anna, "108,00")
    night(anna, "108,00", due_on=(ISSUED + timedelta(days=31)).isoformat())
    town.turn(3)
    assert len(town.server.mails) == 2
    night(anna, "108,00", due_on=(ISSUED + timedelta(days=40)).isoformat())
    town.turn(2)
    *_, again = town.server.mails
    assert len(town.server.mails) == 3
    assert again.subject == f"Faktura {NUMBER}: sprostowanie naszej wiadomości"
    assert "zmienił się termin albo numer konta" in " ".join(again.text.split())


def test_same_invoice_after_an_undone_one_is_no_news(town, anna, night):
    night(anna)
    town.turn(2)
    undo(town.settings)
    night(anna, outstanding="0")
    assert len(town.turn(2)) == 1
    assert [mail.letter for mail in Mail.select()] == ["invoice_issued"]


def test_undoing_a_change_that_was_told_tells_what_was_there_before(town, anna, night):
    night(anna, "108,00")
    town.turn(2)
    night(anna)
    town.turn(2)
    undo(town.settings)
    town.turn(2)
    *_, last = town.server.mails
    assert last.subject.replace("\u00a0", " ") == f"Faktura {NUMBER}: 108,00 zł, nie 1 080,00 zł"


def test_correction_that_is_no_longer_needed_does_not_leave(town, anna, night):
    night(anna)
    town.turn(2)
    night(anna, "108,00")
    undo(town.settings)
    assert len(town.turn(3)) == 1
    assert Mail.select().where(Mail.fault == "not wanted").count() == 1


def test_who_was_told_nothing_is_told_the_right_one_as_news(town, anna, night):
    night(anna)
    assert undo(town.settings).notified == 0
    night(anna, "108,00")
    (mail,) = town.turn(2)
    assert mail.subject.startswith(f"Faktura {NUMBER}: 108,00")


def test_wrong_account_that_was_mailed_is_put_right(town, anna, night):
    Customer.update(bank_account="").where(Customer.code == anna.customer_code).execute()
    night(anna, bank_account="07109010140000000000000001")
    town.turn(2)
    assert Invoice.get_by_id(NUMBER).bank_account
    night(anna, bank_account="77109010140000000000000002")
    _, right = town.turn(2)
    assert "77 1090 1014 0000 0000 0000 0002" in right.text


def test_sample_is_what_the_customer_would_get_and_leaves_no_trace_in_the_mirror(
    town, anna, tmp_path
):
    folder = tmp_path / "bundle"
    folder.mkdir()
    due_on = (ISSUED + timedelta(days=30)).isoformat()
    told = {"customer_code": anna.customer_code, "issued_on": ISSUED.isoformat(), "due_on": due_on}
    row = bundles.invoice(invoice_number=NUMBER, outstanding="1080,00", **told)
    bundles.write(folder, invoices=[row])
    report = import_bundle(
        folder, town.settings, options=ImportOptions(publish_to=("ewa@biuro.example",))
    )
    assert "1 klient" in report.announced
    (sample,) = town.turn(2)
    assert sample.to == "ewa@biuro.example"
    assert NUMBER in sample.subject
    (attached,) = sample.message.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")
    assert Invoice.get_or_none(Invoice.number == NUMBER) is None
    publish(town.settings, None, Decisions())
    _, real = town.turn(2)
    assert real.to == anna.email
    assert real.subject == sample.subject


def test_invoice_that_moves_after_it_was_told_is_taken_back_and_told_as_news(
    town, anna, bartek, night
):
    night(anna)
    town.turn(2)
    columns = {"customer_code": bartek.customer_code, "moved_from": anna.customer_code}
    night(anna, **columns)
    town.turn(3)
    to_anna, to_bartek = sorted(town.server.mails[1:], key=lambda mail: mail.to != anna.email)
    assert (to_anna.to, to_bartek.to) == (anna.email, bartek.email)
    assert to_anna.subject == f"Faktura {NUMBER} nie jest Twoja"
    text = " ".join(to_anna.text.replace("\u00a0", " ").split())
    assert f"Faktura {NUMBER} na 1 080,00 zł" in text
    assert "nie była dla Ciebie" in text
    assert not list(to_anna.message.iter_attachments())
    assert to_bartek.subject.startswith(f"Invoice {NUMBER}: ")
    # It is said once, whatever is repeated or paid.
    Mail.delete().execute()
    night(anna, outstanding="50,00", **columns)
    assert len(town.turn(2)) == 3


def test_invoice_that_comes_for_another_after_an_undo_is_taken_back_too(town, anna, bartek, night):
    night(anna)
    town.turn(2)
    undo(town.settings)
    night(bartek)
    town.turn(3)
    assert {mail.to for mail in town.server.mails[1:]} == {anna.email, bartek.email}


def test_undone_move_takes_back_what_the_new_customer_was_told(town, anna, bartek, night):
    night(anna)
    night(anna, customer_code=bartek.customer_code, moved_from=anna.customer_code)
    town.turn(3)
    undo(town.settings)
    town.turn(2)
    *_, last = town.server.mails
    assert (last.to, last.subject) == (bartek.email, f"Invoice {NUMBER} is not yours")


def test_move_that_is_undone_before_the_mail_leaves_tells_nothing(town, anna, bartek, night):
    night(anna)
    town.turn(2)
    night(anna, customer_code=bartek.customer_code, moved_from=anna.customer_code)
    undo(town.settings)
    assert len(town.turn(3)) == 1


@pytest.mark.shows("P44")
def test_invoice_that_comes_back_to_its_first_customer_is_told_of_again(town, anna, bartek, night):
    """They were told that it is not theirs: without a word they would not pay it."""
    night(anna)
    town.turn(2)
    night(anna, customer_code=bartek.customer_code, moved_from=anna.customer_code)
    town.turn(3)
    night(anna, moved_from=bartek.customer_code)
    town.turn(3)
    told = [(mail.to, mail.subject) for mail in town.server.mails[3:]]
    assert len(told) == 2
    assert (bartek.email, f"Invoice {NUMBER} is not yours") in told
    (subject,) = [subject for to, subject in told if to == anna.email]
    assert subject.startswith(f"Faktura {NUMBER}: ")
    # And that once, whatever is repeated.
    night(anna, outstanding="50,00")
    assert len(town.turn(2)) == 5


def test_undone_move_tells_the_first_customer_again(town, anna, bartek, night):
    night(anna)
    town.turn(2)
    night(anna, customer_code=bartek.customer_code, moved_from=anna.customer_code)
    town.turn(3)
    undo(town.settings)
    town.turn(3)
    assert sorted(mail.to for mail in town.server.mails[3:]) == sorted([anna.email, bartek.email])


def test_invoice_told_of_by_an_older_version_is_not_told_of_again(town, anna, night):
    """Which did not keep what its mails said: that alone does not mean that it was taken back."""
    night(anna)
    town.turn(2)
    Notification.update(told_gross_grosze=None).execute()
    night(anna, outstanding="50,00")
    assert len(town.turn(2)) == 1
