"""The office's pages, which are rendered for each request, are valid HTML like all others."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cast import new_account, new_customer
from colleague import STAFF_PASSWORD, Colleague, Seen, new_member
from ebok.access import Role
from ebok.database import now
from ebok.languages import LANGUAGES
from ebok.staff.models import StaffMember, StaffSession
from ebok.tokens import hash_token, new_token
from reviews.test_queue import asked
from visitor import PASSWORD

ROOT = Path(__file__).parents[2]
TEMPLATES = {file.stem for file in (ROOT / "frontend" / "pages" / "biuro").glob("*.html")}
WITH_PROVIDER = {"konto-sluzbowe"}
"""Pages that only an office with work accounts has: see test_work_accounts.py."""
INSIDE = "/biuro/konto"


def pages(desk: Colleague, lang: str) -> Iterator[tuple[str, Seen]]:
    """Every template of the office, some also with what they refuse."""
    member = new_member(Role.ADMINISTRATOR)
    yield "logowanie", desk.get(f"/biuro/logowanie?lang={lang}")
    yield "logowanie-odmowa", desk.type_password(member, "nie to", 401)
    yield "zaproszenie", desk.get("/biuro/zaproszenie")
    yield "zaproszenie-odmowa", desk.post("/biuro/zaproszenie", 410, token="x", new_password="kot")
    desk.get("/biuro/logowanie")
    yield "kod", desk.type_password(member)
    yield "kod-odmowa", desk.post("/biuro/kod", 422, code="000000")
    desk.log_in(member)
    yield from _inside(desk, member)


def _inside(desk: Colleague, member: StaffMember) -> Iterator[tuple[str, Seen]]:
    yield "biuro", desk.get("/biuro")
    yield "pracownicy", desk.get("/biuro/pracownicy")
    yield "pracownicy-odmowa", desk.post("/biuro/pracownicy", 422, name="", email="x")
    other = new_member(has_app=False)
    yield "pracownik", desk.get(f"/biuro/pracownicy/{other.public_id}")
    yield "klawiatura", desk.get("/biuro/klawiatura")
    yield "szukaj", desk.get("/biuro/szukaj")
    yield "znalezione-nikt", desk.post("/biuro/szukaj", q="nikt taki")
    name = new_customer("Anna Zwięzła").name
    yield "znalezione", desk.post("/biuro/szukaj", q=name)
    yield "znalezione-odmowa", desk.post("/biuro/szukaj", 422, q="x" * 101)
    box = desk.http.post("/biuro/szukaj/lista", data={"q": name, "csrf_token": desk.token}).text
    page = desk.get("/biuro/szukaj")
    place = '<div id="found" data-found></div>'
    assert place in page.text
    whole = page.text.replace(place, f'<div id="found" data-found>{box}</div>')
    yield "okno", Seen(200, whole, page.path)
    yield "konto", desk.get(INSIDE)
    yield "czynniki", desk.post(f"{INSIDE}/czynniki")
    desk.get(INSIDE)
    yield "kody", desk.post(f"{INSIDE}/kody")
    yield from _case(desk)
    StaffSession.update(confirmed_at=None).where(StaffSession.member == member).execute()
    desk.get(INSIDE)
    yield "potwierdzenie", desk.post(f"{INSIDE}/kody", 403)


def _case(desk: Colleague) -> Iterator[tuple[str, Seen]]:
    """A customer's page, with an act that can be taken back, and forms of acts."""
    customer = new_customer()
    new_account(customer, PASSWORD)
    path = f"/biuro/klient/{customer.code}"
    yield "klient", desk.get(path)
    yield "klient-cofnij", desk.post(f"{path}/wyslij")
    yield "klient-notatka", desk.get(f"{path}/notatka")
    yield "klient-odmowa", desk.post(f"{path}/blokada", 422)
    yield "obecni", desk.get(f"{path}/obecni")
    yield from _queue(desk)


def _queue(desk: Colleague) -> Iterator[tuple[str, Seen]]:
    """Requests for a check: none, one, its decision, the refusal."""
    yield "rejestracje-zatwierdzone", desk.get("/biuro/rejestracje?widok=zatwierdzone")
    review = asked(desk.office, new_customer("Roman <Sikora>"), amount="1,00")
    yield "rejestracje", desk.get("/biuro/rejestracje")
    path = f"/biuro/rejestracje/{review.id}"
    yield "rejestracja", desk.get(path)
    yield "rejestracja-odmowa", desk.post(f"{path}/zatwierdzenie", 422)
    yield "rejestracje-cofnij", desk.post(f"{path}/odmowa", reason="data-differ")
    yield "rejestracja-odmowna", desk.get(path)


def set_up(desk: Colleague, lang: str) -> Seen:
    """What somebody sees who was invited just now."""
    member, token = new_member(has_app=False), new_token()
    until = now() + timedelta(hours=1)
    member.change(invitation_hash=hash_token(token), invited_until=until)
    desk.get(f"/biuro/logowanie?lang={lang}")
    desk.get("/biuro/zaproszenie")
    return desk.post("/biuro/zaproszenie", token=token, new_password=f"{STAFF_PASSWORD}-2")


def refused(desk: Colleague, lang: str) -> Seen:
    """What a clerk sees of what is the administrators'."""
    desk.get(f"/biuro/logowanie?lang={lang}")
    desk.log_in(new_member())
    return desk.get("/biuro/pracownicy", 403)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_office_is_valid_html(lang, office, tmp_path):
    with Colleague(office) as desk, Colleague(office) as newcomer, Colleague(office) as clerk:
        seen = dict(pages(desk, lang))
        seen["drugi-skladnik"] = set_up(newcomer, lang)
        seen["odmowa"] = refused(clerk, lang)
    for name, page in seen.items():
        assert f'<html lang="{lang}"' in page.text, name
        (tmp_path / f"{name}.html").write_text(page.text)
    command = ["npx", "html-validate", "--config", ".htmlvalidate.mjs", f"{tmp_path}/*.html"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert TEMPLATES - set(seen) == WITH_PROVIDER
