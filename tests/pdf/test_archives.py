"""ZIPs: whose documents have to be made first, or who reads slowly, holds up nobody else."""

import io
import os
import signal
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from cast import add_invoice, new_account, new_customer
from documents.papers import give
from office import Office, renderers
from patience import until
from visitor import PASSWORD, Visitor

ZIP = "/api/invoices/documents.zip"
MEGABYTE = 1_000_000


class Reader:
    """A customer with one invoice; billing gave its PDF, of so many bytes, or none."""

    def __init__(self, office: Office, size: int = 0):
        self.office, self.customer = office, new_customer(months=0)
        new_account(self.customer, PASSWORD)
        self.invoice = add_invoice(self.customer.code, self.customer.name)
        if size:
            give(office.data_dir, self.invoice, "pdf", b"%PDF" + os.urandom(size))
        self.visitor = Visitor(office)
        self.visitor.log_in(self.customer.code, PASSWORD)

    def zip(self):
        """Download it all, at once."""
        return self.visitor.http.get(ZIP)

    def begin(self) -> socket.socket:
        """Ask for the ZIP, and take one byte of it."""
        cookie = f"ebok_session={self.visitor.http.cookies['ebok_session']}"
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", self.office.port))
        line.sendall(f"GET {ZIP} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        assert line.recv(1) == b"H"
        return line


@contextmanager
def no_sheet_is_set(office: Office):
    """The renderers stand still meanwhile."""
    Reader(office).visitor.http.get(ZIP).raise_for_status()
    stopped = list(renderers(office))
    assert stopped
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield len(stopped)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def drafts(office: Office) -> list[Path]:
    """The ZIPs that are being packed."""
    return list((office.data_dir / "printed" / "zip").glob(".*"))


@pytest.mark.shows("P98")
def test_third_gets_a_zip_while_two_wait_for_documents_and_two_read_slowly(office):
    waiting, slow = [Reader(office), Reader(office)], [Reader(office, MEGABYTE) for _ in range(2)]
    third = Reader(office, 1000)
    lines = [reader.begin() for reader in slow]
    with ThreadPoolExecutor(2) as pool:
        with no_sheet_is_set(office):
            asked = [pool.submit(reader.zip) for reader in waiting]
            until(lambda: drafts(office), office.process, office.log)
            answer = third.zip()
            assert answer.status_code == 200, answer.text
            assert len(zipfile.ZipFile(io.BytesIO(answer.content)).namelist()) == 1
            assert not any(each.done() for each in asked)
        assert [each.result().status_code for each in asked] == [200, 200]
    for line in lines:
        line.close()


@pytest.mark.shows("P98")
def test_one_customer_packs_one_zip_at_a_time(office):
    """The second is another ZIP: of one of two invoices."""
    reader = Reader(office)
    add_invoice(reader.customer.code, reader.customer.name)
    with ThreadPoolExecutor(2) as pool:
        with no_sheet_is_set(office):
            queries = ("", f"?ids={reader.invoice.public_id}")
            asked = [pool.submit(reader.visitor.http.get, ZIP + query) for query in queries]
            until(lambda: drafts(office), office.process, office.log)
            other = Reader(office, 1000)
            assert other.zip().status_code == 200
            assert len(drafts(office)) == 1
        assert [each.result().status_code for each in asked] == [200, 200]
