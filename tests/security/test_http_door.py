"""Bundles over HTTP: with a key, streamed to the disk, the same bytes once, the same reports."""

import hashlib
import http.client
import io
import os
import select
import zipfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from billing.bundles import as_csv, customer, invoice
from cast import new_account, new_customer
from described import require_described
from ebok.audit import AuditRow
from ebok.billing.models_deliveries import BundleKey, Delivery
from ebok.database import now
from ebok.database.iso import as_text
from ebok.invoices.models import Invoice
from office import children, new_source, read_proc
from patience import HANG_SECONDS, until
from visitor import PASSWORD, PATIENT, Visitor


@pytest.fixture
def key(office) -> str:
    """A key that billing delivers with."""
    name = f"billing-{os.urandom(4).hex()}"
    return office.run("keys", "make", name, "--clerk", "Dorota K.").stdout.strip()


class Door:
    """A program that delivers, from an internet address of its own."""

    def __init__(self, office, key: str):
        self.office = office
        headers = {"X-Forwarded-For": new_source()}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self.http = httpx.Client(base_url=office.base_url, headers=headers, **PATIENT)

    def put(self, name: str, content: bytes, expect: int = 202) -> dict:
        """Deliver; what is told of it."""
        path = f"/api/billing/bundles/{name}"
        return self._checked(self.http.put(path, content=content), expect, path)

    def get(self, delivery_id: str, expect: int = 200) -> dict:
        """Ask what became of it."""
        path = f"/api/billing/deliveries/{delivery_id}"
        return self._checked(self.http.get(path), expect, path)

    def _checked(self, answer: httpx.Response, expect: int, path: str) -> dict:
        assert answer.status_code == expect, answer.text
        require_described(answer, path)
        told = answer.json()
        if expect in (200, 202):
            told = told["delivery"]
            assert answer.request.method == "GET" or answer.headers["Location"].endswith(told["id"])
        return told

    def wait(self, delivery_id: str) -> dict:
        """The delivery when its import has ended."""

        def has_ended():
            told = self.get(delivery_id)
            return told if told["state"] != "waiting" else None

        return until(has_ended, self.office.process, self.office.log)


@pytest.fixture
def door(office, key) -> Door:
    return Door(office, key)


def packed(*files: tuple[str, list[dict]], salt: str = "") -> bytes:
    """A ZIP; the salt makes its bytes others."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, rows in files:
            archive.writestr(name, as_csv(rows))
        archive.comment = (salt or os.urandom(8).hex()).encode()
    return made.getvalue()


@pytest.mark.shows("P87")
def test_bundle_is_imported_and_its_report_is_at_the_address_that_was_told(office, door):
    code, number = new_customer().code, f"FV/HTTP/{os.urandom(4).hex()}"
    bundle = packed(
        ("customers.csv", [customer(customer_code=code)]),
        ("invoices.csv", [invoice(customer_code=code, invoice_number=number)]),
    )
    told = door.put("night.zip", bundle)
    assert told["state"] == "waiting"
    assert told["sha256"] == hashlib.sha256(bundle).hexdigest()
    assert told["bytes"] == len(bundle)
    ended = door.wait(told["id"])
    assert ended["state"] == "done"
    assert "Zaimportowano" in ended["report"]
    assert Invoice.select().where(Invoice.number == number).exists()
    # The same bytes again are the same delivery, and write nothing.
    again = door.put("other-name.zip", bundle, 200)
    assert again == ended
    # Its file goes after its state is written: a crash in between must not lose it.
    place = office.data_dir / "intake" / "received" / told["id"]
    until(lambda: not place.exists(), office.process)
    deeds = AuditRow.select().where(AuditRow.did == "bundle_received")
    assert [row.detail for row in deeds if told["id"] in row.detail] == [
        f"{told['id']} {told['sha256']}"
    ]


@pytest.mark.shows("P87")
def test_refused_bundle_is_refused_with_the_same_report_as_by_the_command(office, door, tmp_path):
    bundle = packed(("customers.csv", [customer(kind="osoba")]))
    ended = door.wait(door.put("night.zip", bundle)["id"])
    assert ended["state"] == "refused"
    (tmp_path / "night.zip").write_bytes(bundle)
    printed = office.run("import", str(tmp_path / "night.zip"), check=False).stdout
    (fault,) = [line for line in printed.splitlines() if "osoba" in line]
    assert fault in ended["report"]


@pytest.mark.shows("T8.16")
def test_every_wrong_key_gets_the_same_answer_and_twenty_an_hour(office, key):
    name = BundleKey.select().order_by(BundleKey.id.desc()).get().name
    office.run("keys", "revoke", name, "--clerk", "Dorota K.")
    stranger = Door(office, "")
    answers = []
    for shown in (
        "",
        f"Bearer {key}",
        f"Bearer ebok_{'x' * 43}",
        "Bearer x",
        "Basic eDp4",
        "Bearer ż",
    ):
        headers = {"Authorization": shown.encode()} if shown else {}
        for path in ("/api/billing/bundles/a.zip", "/api/billing/deliveries/a"):
            method = "PUT" if "bundles" in path else "GET"
            answer = stranger.http.request(method, path, headers=headers, content=b"x")
            require_described(answer, path)
            answers.append((answer.status_code, answer.text, answer.headers["WWW-Authenticate"]))
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    assert answers[0][2] == "Bearer"
    for _ in range(20 - len(answers)):
        stranger.get("a", 401)
    assert stranger.get("a", 429)["retry_after_seconds"] > 0
    assert (
        Delivery.select().where(Delivery.key == BundleKey.get(BundleKey.name == name)).count() == 0
    )


@pytest.mark.shows("T8.16")
def test_session_of_a_customer_opens_nothing(office):
    anna = new_customer()
    new_account(anna, PASSWORD)
    with Visitor(office) as visitor:
        visitor.log_in(anna.code, PASSWORD)
        answer = visitor.http.put("/api/billing/bundles/a.zip", content=b"x")
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong-key")


@pytest.mark.shows("T8.16")
def test_key_is_kept_as_a_hash_and_shown_once(office, key):
    row = BundleKey.select().order_by(BundleKey.id.desc()).get()
    assert row.key_hash == hashlib.sha256(key.encode()).hexdigest()
    listed = office.run("keys", "list").stdout
    assert row.name in listed
    assert key not in listed
    taken = office.run("keys", "make", row.name, "--clerk", "D", check=False)
    assert taken.returncode == 1
    assert "already" in taken.stderr
    assert office.run("keys", "revoke", "no-such", "--clerk", "D", check=False).returncode == 1
    made = AuditRow.select().where(AuditRow.did == "bundle_key_made")
    assert [each.who for each in made if each.detail == row.name] == ["Dorota K."]


@pytest.mark.shows("P91")
def test_key_ends_when_its_days_are_over(office):
    name = f"short-{os.urandom(4).hex()}"
    made = office.run("keys", "make", name, "--clerk", "D", "--days", "30").stdout.strip()
    door, row = Door(office, made), BundleKey.get(BundleKey.name == name)
    assert timedelta(days=29) < row.expires_at - now() <= timedelta(days=30)
    door.get("none", 404)
    assert BundleKey.get_by_id(row.id).used_at > now() - timedelta(minutes=1)
    row.change(used_at=now() - timedelta(days=2), expires_at=now() - timedelta(seconds=1))
    door.get("none", 401)
    assert BundleKey.get_by_id(row.id).used_at < now() - timedelta(days=1)
    (listed,) = [x for x in office.run("keys", "list").stdout.splitlines() if name in x]
    assert listed.endswith(as_text(row.expires_at))


@pytest.mark.shows("T8.16")
def test_delivery_of_another_key_is_not_there(office, door):
    told = door.put("night.zip", packed(("customers.csv", [customer()])))
    name = f"other-{os.urandom(4).hex()}"
    other = office.run("keys", "make", name, "--clerk", "D").stdout.strip()
    Door(office, other).get(told["id"], 404)
    door.wait(told["id"])


@pytest.mark.shows("T8.17", "V5.3.2")
@pytest.mark.parametrize("name", ["..", ".hidden.zip", "a%00b.zip", "a%0Ab.zip", "x" * 121])
def test_name_that_is_none_for_a_file_is_refused(door, name):
    answer = door.http.put(f"/api/billing/bundles/{name}", content=b"x")
    assert answer.status_code in (404, 405, 422), answer.text
    assert not Delivery.select().where(Delivery.size == 1).exists()


def raw(office, key: str, headers: dict, body: bytes) -> tuple[int, bytes]:
    """A request whose headers need not fit its body."""
    place = urlsplit(office.base_url)
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=HANG_SECONDS)
    line.putrequest("PUT", "/api/billing/bundles/night.zip")
    for name, value in {"Authorization": f"Bearer {key}", **headers}.items():
        line.putheader(name, value)
    line.endheaders()
    line.send(body)
    if int(headers.get("Content-Length", 0)) > len(body):
        line.sock.shutdown(1)
    answer = line.getresponse()
    return answer.status, answer.read()


@pytest.mark.shows("T8.17", "V5.2.1")
def test_too_large_a_bundle_is_refused_before_it_comes(office, key):
    status, body = raw(office, key, {"Content-Length": str(3 * 10**9)}, b"")
    assert status == 413
    assert b"too-large" in body


def test_bundle_that_was_cut_off_is_thrown_away(office, key):
    before = Delivery.select().count()
    try:
        status, _ = raw(office, key, {"Content-Length": "1000"}, b"x" * 10)
        assert status == 400
    except http.client.RemoteDisconnected:
        # The server has nobody left to answer.
        pass
    assert Delivery.select().count() == before
    copies = office.data_dir / "intake" / "copies"
    until(lambda: not os.listdir(copies), office.process)


def memory_of(office) -> int:
    """Memory of the largest of the installation's processes, in bytes."""
    processes = [office.process.pid, *children(office.process.pid)]
    statm = filter(None, (read_proc(Path(f"/proc/{pid}/statm")) for pid in processes))
    return max(int(pages.split()[1]) for pages in statm) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.shows("T8.17")
def test_bundle_goes_to_the_disk_and_not_into_the_memory(office, door):
    before, piece = memory_of(office), os.urandom(2**20)
    most = 0

    def pieces():
        nonlocal most
        for _ in range(200):
            yield piece
            most = max(most, memory_of(office))

    size = str(200 * 2**20)
    answer = door.http.put(
        "/api/billing/bundles/large.bin", content=pieces(), headers={"Content-Length": size}
    )
    assert answer.status_code == 202, answer.text
    assert max(most, memory_of(office)) - before < 60 * 2**20
    ended = door.wait(answer.json()["delivery"]["id"])
    assert ended["state"] == "refused"


@pytest.mark.shows("T8.18")
def test_one_process_takes_one_bundle_at_a_time(office, key, door):
    """Uploads that crawl would else hold every thread there is, and nobody could log in."""
    address = urlsplit(office.base_url)
    crawling = []
    # There are two processes: of three uploads two meet.
    for _ in range(3):
        line = http.client.HTTPConnection(address.hostname, address.port, timeout=HANG_SECONDS)
        line.putrequest("PUT", "/api/billing/bundles/slow.zip")
        for name, value in (("Authorization", f"Bearer {key}"), ("Content-Length", "1000")):
            line.putheader(name, value)
        line.endheaders(b"x" * 10)
        crawling.append(line)
    ready, _, _ = select.select([line.sock for line in crawling], [], [], HANG_SECONDS)
    answers = [line.getresponse() for line in crawling if line.sock in ready]
    assert [answer.status for answer in answers] == [503] * len(answers) != []
    assert int(answers[0].headers["Retry-After"]) > 0
    assert b'"busy"' in answers[0].read()
    for line in crawling:
        line.close()
    # The place is free again when they are gone.
    bundle = packed(("customers.csv", [customer(customer_code=new_customer().code)]))
    path = "/api/billing/bundles/after.zip"

    def is_taken() -> bool:
        return door.http.put(path, content=bundle).status_code in (200, 202)

    until(is_taken, office.process, office.log)
