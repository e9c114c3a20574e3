"""How many may wait for a PDF, in all and of one customer: asked for as web processes ask."""

import json
import os
import select
import socket
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from ebok import database
from ebok.pdf.service import FULL, MOST_OF_ONE, MOST_WAITING
from office import Office
from pdf.test_archives import no_sheet_is_set
from smtp import MailServer


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of this test alone: what waits at the end waits for ever."""
    with MailServer() as post, Office(database_url, tmp_path, post) as office:
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


class Line:
    """A question to the service."""

    def __init__(self, office: Office, owner: str):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(address(office))
        html, name = b"<p>", os.urandom(8).hex()
        path = office.data_dir / "printed" / "zip" / name
        head = {"owner": owner, "path": str(path), "size": len(html)}
        self.socket.sendall(json.dumps(head).encode() + b"\n" + html)

    def is_answered(self) -> bool:
        return bool(select.select([self.socket], [], [], 0)[0])

    def outcome(self) -> str:
        with self.socket.makefile() as answer:
            return json.loads(answer.readline())["outcome"]


def address(office: Office) -> str:
    """Address of this installation's PDF service."""
    told = Path("/proc/net/unix").read_text().split()
    [name] = {each for each in told if each.startswith(f"@ebok-printing-{office.process.pid}-")}
    return "\0" + name[1:]


@contextmanager
def asked(office: Office, owners: list[str]):
    """One question of each, in this order; all of them have been heard."""
    with ExitStack() as lines:
        found = []
        for owner in owners:
            line = Line(office, owner)
            lines.callback(line.socket.close)
            found.append(line)
        until_heard(office)
        yield found


def until_heard(office: Office) -> None:
    """What was asked before has been looked at: this is no question, and hung up on."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address(office))
        line.sendall(b"\n")
        assert line.recv(1) == b""


@pytest.mark.shows("P97")
def test_one_customer_may_wait_for_so_many_and_others_still_come(own_office):
    with no_sheet_is_set(own_office) as renderers:
        most = MOST_OF_ONE + renderers
        with asked(own_office, ["anna"] * (most + 2) + ["bartek"]) as lines:
            refused = [line for line in lines if line.is_answered()]
            assert refused == lines[most : most + 2]
            assert {line.outcome() for line in refused} == {FULL}


@pytest.mark.shows("P97")
def test_so_many_may_wait_in_all_and_the_next_is_told(own_office):
    with no_sheet_is_set(own_office) as renderers:
        most = MOST_WAITING + renderers
        with asked(own_office, [f"c{number}" for number in range(most + 1)]) as lines:
            refused = [line for line in lines if line.is_answered()]
            assert refused == lines[most:]
            assert refused[0].outcome() == FULL
