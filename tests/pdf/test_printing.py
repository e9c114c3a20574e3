"""The renderer: tagged PDFs, from a child process that may die, hang, or lack what it needs."""

import io
from dataclasses import replace

import pytest
from flask import Flask
from pypdf import PdfReader

from documents.papers import require_accessible
from ebok import languages
from ebok.pdf import client
from ebok.pdf.client import CannotPrint, Renderer
from ebok.pdf.fonts import WANTED, fonts_of
from ebok.pdf.templates import render as render_pdf
from ebok.settings import Settings, Utility

SPEAKS = """
import os, struct, sys
def answer(kind, body):
    size = struct.unpack(">I", sys.stdin.buffer.read(4))[0]
    sys.stdin.buffer.read(size)
    sys.stdout.buffer.write(kind + struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()
"""


@pytest.fixture
def context():
    """An application that knows settings and languages."""
    app = Flask("ebok")
    app.config["EBOK"] = Settings(utility=replace(Utility(), name="Wodociągi <&> Żółć"))
    languages.register(app, "Europe/Warsaw")
    with app.app_context():
        yield app


def stand_in(tmp_path, does: str) -> Renderer:
    """A renderer with this script."""
    script = tmp_path / "renderer.py"
    script.write_text(SPEAKS + does)
    return Renderer(script, seconds=0.5)


def test_letters_of_all_languages_are_embedded_and_can_be_read(context):
    pdf = render_pdf("specimen", "uk")
    require_accessible(pdf)
    reader = PdfReader(io.BytesIO(pdf))
    told = " ".join(reader.pages[0].extract_text().split())
    assert "Wodociągi <&> Żółć" in told
    assert "Zażółć gęślą jaźń Щастя й їжа, ґанок, європейський" in told
    assert reader.trailer["/Root"]["/Lang"] == "uk"
    assert fonts_of(pdf) == WANTED


@pytest.mark.shows("T12.4")
def test_what_is_not_in_the_document_is_not_fetched(context, tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("@page { size: A6 }")
    html = (
        f'<html lang="pl"><title>x</title><link rel="stylesheet" href="file://{secret}">'
        f'<link rel="attachment" href="file://{secret}"><p>Nic<img src="file://{secret}" alt="x">'
    )
    pdf = client.renderer.print(html.encode())
    reader = PdfReader(io.BytesIO(pdf))
    assert round(reader.pages[0].mediabox.width) == 595
    assert not reader.attachments


def test_renderer_that_has_ended_is_started_again(tmp_path):
    renderer = stand_in(tmp_path, 'answer(b"P", str(os.getpid()).encode())')
    assert len({renderer.print(b"x") for _ in range(3)}) == 3


@pytest.mark.shows("T12.5")
@pytest.mark.parametrize(
    "does",
    [
        'answer(b"F", b"ValueError")',
        'answer(b"L", b"cannot load library libpango")',
        'sys.exit("dies at once")',
        "import time; time.sleep(60)",
        'sys.stdout.buffer.write(b"P\\0\\0\\1\\0half"); sys.stdout.buffer.flush()',
    ],
)
def test_what_cannot_be_printed_is_refused(tmp_path, does):
    renderer = stand_in(tmp_path, does)
    with pytest.raises(CannotPrint):
        renderer.print(b"x")
    renderer.script.write_text(SPEAKS + 'answer(b"P", b"after all")')
    assert renderer.print(b"x") == b"after all"


def test_long_document_may_take_longer(tmp_path):
    """As long as processor time grows with its size: a short one that takes so long hangs."""
    renderer = stand_in(tmp_path, 'import time; time.sleep(1); answer(b"P", b"done")')
    with pytest.raises(CannotPrint):
        renderer.print(b"x")
    assert renderer.print(b"x" * 2_000_000) == b"done"


@pytest.mark.shows("T12.4")
def test_renderer_gets_no_secret(tmp_path):
    renderer = stand_in(tmp_path, 'answer(b"P", " ".join(os.environ).encode())')
    assert "EBOK" not in renderer.print(b"x").decode()
