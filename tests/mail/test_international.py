"""Addresses beyond ASCII: taken where the mail server takes them, else refused at the field."""

import pytest

from cast import new_code, new_email
from ebok.mail.offers import RelayOffer
from mailroom import Mailroom
from patience import until
from relay import Relay
from smtp import MailServer

TURTLE = "żółw@łąka.example"


def post_to(mailroom: Mailroom, address: str) -> None:
    """A mail to this address."""
    mailroom.post()
    mailroom.row().change(recipient=address)


def test_international_address_is_written_to_where_the_server_takes_it(mailroom):
    with MailServer(international=True) as server:
        mailroom.use(server)
        post_to(mailroom, TURTLE)
        mailroom.turn()
        (mail,) = server.mails
        assert mail.to == "żółw@xn--ka-ola7v.example"
        assert mail.message["To"] == "żółw@xn--ka-ola7v.example"
        assert RelayOffer.get().takes_international


def test_server_is_told_that_the_address_is_international(mailroom):
    """RFC 6531 3.4: SMTPUTF8 at MAIL, or a server may refuse the address that follows."""
    with Relay(extensions=["SMTPUTF8"]) as relay:
        mailroom.use(relay)
        post_to(mailroom, TURTLE)
        mailroom.turn()
        (said,) = [line for line in relay.said if line.lower().startswith("mail from")]
        assert said.endswith("> BODY=8BITMIME SMTPUTF8")
        assert relay.recipients == ["żółw@xn--ka-ola7v.example"]


def test_where_it_does_not_the_mail_waits_and_the_next_one_leaves(mailroom):
    with MailServer() as server:
        mailroom.use(server)
        post_to(mailroom, TURTLE)
        mailroom.turn()
        assert not server.mails
        assert (mailroom.row().sent_at, mailroom.row().failed_at) == (None, None)
        assert not RelayOffer.get().takes_international


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("anna@straße.example", "anna@xn--strae-oqa.example"),
        ("anna@ŁĄKA.example", "anna@xn--ka-ola7v.example"),
    ],
)
def test_domain_is_written_by_the_rules_of_2008_to_any_server(mailroom, address, wire):
    """By those of 2003 straße was strasse, which is somebody else's."""
    with MailServer() as server:
        mailroom.use(server)
        post_to(mailroom, address)
        mailroom.turn()
        assert [mail.to for mail in server.mails] == [wire]


@pytest.mark.shows("P53")
def test_command_refuses_it_too(office):
    told = office.run("staff", "add", "Ewa Lis", TURTLE, "--clerk", "Ewa", check=False)
    assert told.returncode == 1
    assert "our mail server does not accept it" in told.stderr
    assert "ółw" not in office.run("staff", "list").stdout


@pytest.mark.shows("P53")
def test_address_that_cannot_be_written_to_is_refused_at_the_field(office, visitor):
    (fault,) = visitor.start(new_code(), TURTLE, 422, code="invalid-form")["faults"]
    assert fault["field"] == "email"
    assert "nasz serwer pocztowy go nie przyjmuje" in fault["message"]
    try:
        office.post.stop()
        office.post.international = True
        office.post.start()
        # The worker hears of it as it sends the next mail.
        email = new_email()
        visitor.start(new_code(), email)
        office.mail_to(email)
        until(lambda: RelayOffer.get_or_none(RelayOffer.takes_international))
        address = f"żółw-{new_code()[3:]}@łąka.example"
        visitor.start(new_code(), address)
        assert office.mail_to(address.replace("łąka", "xn--ka-ola7v")).code
    finally:
        office.post.stop()
        office.post.international = False
        office.post.start()
        RelayOffer.delete().execute()
