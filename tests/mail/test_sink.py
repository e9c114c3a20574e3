"""The demo's mailbox: what the worker sends can be read there."""

import re
import time
from dataclasses import replace

import pytest

from ebok.database import now
from ebok.demo import operations_sink as sink
from ebok.demo.routes import routes
from ebok.errors import NotFound
from ebok.mail.kinds import Attachment
from postman import letter


@pytest.fixture
def demo(mailroom):
    """An office that sends to the demo's own mail server."""
    mailroom.app.register_blueprint(routes, url_prefix="/api")
    port = sink.start(mailroom.settings)
    mailroom.settings = replace(
        mailroom.settings, mail_server="127.0.0.1", mail_port=port, mail_use_tls=False
    )
    return mailroom


def read(demo) -> list[dict]:
    answer = demo.app.test_client().get("/api/demo/mail")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json["mails"]


def test_mailbox_is_empty_before_the_first_mail(demo):
    assert read(demo) == []


def test_newest_mail_comes_first_and_can_be_read(demo):
    demo.post("password_changed", to="anna@poczta.example", language="en")
    demo.turn()
    time.sleep(0.01)
    demo.post("registration_code", to="celina@poczta.example", language="en")
    demo.turn()
    newest, oldest = read(demo)
    assert (newest["to"], oldest["to"]) == ("celina@poczta.example", "anna@poczta.example")
    assert set(newest) == {"id", "to", "subject", "sent", "text", "attachments"}
    assert newest["attachments"] == []
    assert re.search(r"^ +\d{6}$", newest["text"], re.M)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", newest["sent"]["at"])
    assert newest["id"] != oldest["id"]


def test_mails_are_kept_when_the_demo_starts_again(demo):
    demo.post()
    demo.turn()
    sink.start(demo.settings)
    assert len(read(demo)) == 1


def test_what_is_attached_can_be_saved(demo):
    paper = Attachment("faktura-FV-2026-11-04417.pdf", b"%PDF-1.7 of Anna's invoice" * 99)

    @letter("password_changed")
    def write_with_paper(_about: int, _settings) -> dict:
        told = {"customer_code_masked": "39-…01", "changed_at": now()}
        return told | {"attachment": paper}

    demo.post()
    demo.turn()
    (mail,) = read(demo)
    (file,) = mail["attachments"]
    assert file == {"number": 1, "name": paper.name, "size_bytes": len(paper.content)}
    address = f"/api/demo/mail/{mail['id']}/attachments/1"
    answer = demo.app.test_client().get(address)
    assert answer.data == paper.content
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{paper.name}"')
    assert answer.headers["Cache-Control"] == "no-store"
    for other in ("2", "0", "x"):
        with demo.app.app_context(), pytest.raises(NotFound):
            sink.attached(demo.settings, mail["id"], other)
