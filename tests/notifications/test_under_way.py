"""What changes an invoice while a mail about it is written and not yet with the server."""

import threading
from contextlib import contextmanager

import pytest

import patience
from ebok import database
from notifications.conftest import NUMBER


@contextmanager
def under_way(town):
    """Within the block a mail is written and with the server, which has not taken it yet."""

    def turn() -> None:
        with town.app.app_context(), database.connection():
            town.turn()

    town.server.door.is_held = True
    thread = threading.Thread(target=turn)
    thread.start()
    try:
        patience.until(lambda: town.server.door.held)
        yield
    finally:
        town.server.door.is_held = False
        thread.join()
        town.server.door.held.clear()


@pytest.mark.shows("P44")
@pytest.mark.dialect
def test_invoice_that_moves_while_its_mail_is_under_way_is_taken_back(town, anna, bartek, night):
    night(anna)
    with under_way(town):
        night(anna, "108,00", customer_code=bartek.customer_code, moved_from=anna.customer_code)
    town.turn(4)
    told = {mail.to: mail for mail in town.server.mails[1:]}
    assert set(told) == {anna.email, bartek.email}
    text = " ".join(told[anna.email].text.replace("\u00a0", " ").split())
    assert f"Faktura {NUMBER} na 1 080,00 zł" in text


@pytest.mark.dialect
def test_invoice_that_moves_while_its_replacing_mail_is_under_way_tells_no_sum_of_another(
    town, anna, bartek, night
):
    night(anna)
    town.turn(2)
    night(anna, "108,00")
    with under_way(town):
        night(anna, customer_code=bartek.customer_code, moved_from=anna.customer_code)
    town.turn(4)
    (taken_back,) = [mail for mail in town.server.mails[2:] if mail.to == anna.email]
    assert f"{NUMBER} na 108,00 zł" in " ".join(taken_back.text.replace("\u00a0", " ").split())


def test_invoice_that_changes_while_its_mail_is_under_way_is_put_right(town, anna, night):
    night(anna)
    with under_way(town):
        night(anna, "108,00")
    town.turn(2)
    *_, right = town.server.mails
    assert right.subject.replace("\u00a0", " ") == f"Faktura {NUMBER}: 108,00 zł, nie 1 080,00 zł"
    # And so is what the mail that put it right had told, while that was under way.
    night(anna)
    with under_way(town):
        night(anna, "108,00")
    town.turn(3)
    assert len(town.server.mails) == 4
