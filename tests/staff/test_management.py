"""Who works here: inviting, roles, removing, and what asks again who one is."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from colleague import STAFF_PASSWORD, Colleague, code_of, keep_secret, new_member
from ebok.access import Role
from ebok.audit import AuditRow
from ebok.database import now
from ebok.mail.models import Mail
from ebok.staff.models import StaffMember, StaffPasskey, StaffSession
from ebok.tokens import new_public_id


@pytest.fixture
def joanna(office) -> StaffMember:
    """An administrator."""
    return new_member(Role.ADMINISTRATOR)


@pytest.fixture
def boss(office, joanna):
    """Her browser; what is grave was confirmed by the login just now."""
    with Colleague(office) as somebody:
        somebody.log_in(joanna)
        yield somebody


@pytest.fixture
def alone(office, joanna):
    """Nobody else is an administrator."""
    others = (StaffMember.role == "administrator") & (StaffMember.id != joanna.id)
    StaffMember.update(removed_at=now()).where(others).execute()


def invite(boss: Colleague, **fields) -> str:
    """Invite somebody; return their address."""
    mark = new_public_id()[:8]
    email = f"i.{mark}@wodociagi.example"
    typed = {"name": f"Irena {mark}", "email": email, "role": "clerk"} | fields
    boss.get("/biuro/pracownicy")
    seen = boss.post("/biuro/pracownicy", **typed)
    assert "on its way" in seen.text.replace("\u00a0", " ")
    return typed["email"]


def link_to(office, email: str, skip: int = 0) -> str:
    """The token of the invitation in the mail."""
    return re.search(r"/biuro/zaproszenie#(\S+)", office.mail_to(email, skip=skip).text)[1]


@pytest.mark.shows("T14.1", "T14.8")
def test_invitation_leads_to_password_second_factor_codes_and_the_office(office, boss):
    email = invite(boss)
    token = link_to(office, email)
    assert not StaffMember.select().where(StaffMember.invitation_hash == token).exists()
    with Colleague(office) as irena:
        irena.get("/biuro/zaproszenie")
        weak = irena.post("/biuro/zaproszenie", 422, token=token, new_password="kot")
        assert "8 characters" in weak.faults["new_password"]
        # The link is not spent by that, and the form still has it.
        assert f'value="{token}"' in weak.text
        seen = irena.post("/biuro/zaproszenie", token=token, new_password=STAFF_PASSWORD)
        assert seen.path == "/biuro/drugi-skladnik"
        for page in ("/biuro", "/biuro/konto", "/biuro/pracownicy"):
            assert irena.get(page).path == "/biuro/drugi-skladnik"
        member = StaffMember.find(email)
        keep_secret(
            member, re.search(r'class="spell">([A-Z2-7 ]+)<', seen.text)[1].replace(" ", "")
        )
        assert "otpauth" not in seen.text
        irena.get("/biuro/drugi-skladnik")
        irena.post("/biuro/drugi-skladnik/aplikacja", 422, totp="000000")
        codes = irena.post("/biuro/drugi-skladnik/aplikacja", totp=code_of(member))
        assert len(re.findall(r"<li>\w{4}-\w{4}</li>", codes.text)) == 10
        assert irena.get("/biuro").path == "/biuro"
        # Once set up, no password alone adds another.
        irena.get("/biuro/konto")
        irena.post("/biuro/drugi-skladnik/aplikacja", 403, totp="000000")
    with Colleague(office) as thief:
        thief.get("/biuro/zaproszenie")
        spent = thief.post("/biuro/zaproszenie", 410, token=token, new_password=STAFF_PASSWORD)
        assert "already been used" in spent.refusal


@pytest.mark.shows("T14.8")
def test_invitation_ends_after_a_day_and_when_a_newer_one_is_sent(office, boss):
    email = invite(boss)
    old = link_to(office, email)
    page = f"/biuro/pracownicy/{StaffMember.find(email).public_id}"
    boss.get(page)
    boss.post(f"{page}/zaproszenie")
    new = link_to(office, email, skip=1)
    with Colleague(office) as irena:
        irena.get("/biuro/zaproszenie")
        irena.post("/biuro/zaproszenie", 410, token=old, new_password=STAFF_PASSWORD)
        irena.post("/biuro/zaproszenie", 410, token="", new_password=STAFF_PASSWORD)
        late = now() - timedelta(seconds=1)
        StaffMember.update(invited_until=late).where(StaffMember.email == email).execute()
        irena.post("/biuro/zaproszenie", 410, token=new, new_password=STAFF_PASSWORD)


@pytest.mark.shows("T14.1", "V6.4.1")
def test_password_without_a_second_factor_opens_nothing_but_mails_a_link(office):
    """Who knows a password alone must not choose the second factor."""
    member = new_member(has_app=False)
    mine = StaffMember.update(invited_until=now() + timedelta(hours=1)).where(
        StaffMember.id == member.id
    )
    with Colleague(office) as somebody:
        # The invitation's time has passed.
        somebody.type_password(member, expect=401)
        mine.execute()
        seen = somebody.type_password(member, expect=403)
        assert "e-mailed you a new link" in seen.refusal
        assert somebody.get("/biuro/drugi-skladnik").path == "/biuro/logowanie"
        token = link_to(office, member.email)
        somebody.get("/biuro/zaproszenie")
        fields = {"token": token, "new_password": "Zaba-w-trawie-8"}
        assert somebody.post("/biuro/zaproszenie", **fields).path == "/biuro/drugi-skladnik"
        # Nor many mails to its owner.
        with Colleague(office) as thief:
            for _ in range(4):
                thief.type_password(member, "Zaba-w-trawie-8", expect=403)
        assert Mail.select().where(Mail.recipient == member.email).count() == 3


@pytest.mark.shows("T14.1")
def test_link_followed_twice_sets_up_in_the_last_session_alone(office, boss):
    email = invite(boss)
    first = link_to(office, email)
    with Colleague(office) as thief, Colleague(office) as irena:
        thief.get("/biuro/zaproszenie")
        thief.post("/biuro/zaproszenie", token=first, new_password=STAFF_PASSWORD)
        irena.type_password(StaffMember.find(email), expect=403)
        token = link_to(office, email, skip=1)
        irena.get("/biuro/zaproszenie")
        irena.post("/biuro/zaproszenie", token=token, new_password="Zaba-w-trawie-8")
        assert irena.get("/biuro/drugi-skladnik").heading == "Second factor"
        assert thief.get("/biuro/drugi-skladnik").path == "/biuro/logowanie"


@pytest.mark.shows("T14.1")
def test_session_that_no_invitation_opened_sets_up_no_second_factor(office, boss):
    email = invite(boss)
    token = link_to(office, email)
    with Colleague(office) as irena:
        irena.get("/biuro/zaproszenie")
        page = irena.post("/biuro/zaproszenie", token=token, new_password=STAFF_PASSWORD)
        member = StaffMember.find(email)
        keep_secret(
            member, re.search(r'class="spell">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
        )
        StaffSession.update(may_set_up=False).where(StaffSession.member == member).execute()
        irena.post("/biuro/drugi-skladnik/aplikacja", 403, totp=code_of(member))
        irena.get("/biuro/drugi-skladnik", 403)
    assert not StaffMember.find(email).has_factor


def test_shortcuts_of_one_key_are_switched_off_and_on(office):
    dorota = new_member()
    box = 'name="single_keys" value="yes"'
    with Colleague(office) as here:
        here.log_in(dorota)
        assert f"{box} checked" in here.get("/biuro/konto").text
        assert f"{box} checked" not in here.post("/biuro/konto/klawiatura").text
        assert not StaffMember.get_by_id(dorota.id).single_keys
        assert f"{box} checked" in here.post("/biuro/konto/klawiatura", single_keys="yes").text


def test_form_says_what_is_wrong_and_keeps_what_was_typed(boss, joanna):
    boss.get("/biuro/pracownicy")
    seen = boss.post("/biuro/pracownicy", 422, name="", email="x", role="administrator")
    assert seen.faults.keys() == {"name", "email"}
    assert 'value="administrator" checked' in seen.text
    seen = boss.post("/biuro/pracownicy", 422, name="A", email=joanna.email, role="clerk")
    assert "already" in seen.faults["email"]
    seen = boss.post("/biuro/pracownicy", 422, name=joanna.name, email="a@b.example", role="clerk")
    assert "already" in seen.faults["name"]
    boss.post("/biuro/pracownicy", 422, name="A", email="a@b.example", role="director")


@pytest.mark.shows("T14.10")
def test_clerk_is_refused_what_only_an_administrator_may(office, boss, joanna):
    dorota = new_member()
    page = f"/biuro/pracownicy/{joanna.public_id}"
    with Colleague(office) as clerk:
        clerk.log_in(dorota)
        assert "/biuro/pracownicy" not in clerk.get("/biuro").text
        seen = clerk.get("/biuro/pracownicy", 403)
        assert joanna.email not in seen.text
        clerk.get(page, 403)
        clerk.get("/biuro")
        for act in ("", f"/{joanna.public_id}/rola", f"/{joanna.public_id}/usuniecie"):
            clerk.post(f"/biuro/pracownicy{act}", 403, role="clerk", name="X", email="x@y.example")
    assert StaffMember.find(joanna.email).role == "administrator"


@pytest.mark.shows("T14.6")
def test_removed_clerk_is_out_at_once_and_in_no_more(office, boss):
    dorota = new_member()
    page = f"/biuro/pracownicy/{dorota.public_id}"
    with Colleague(office) as clerk:
        clerk.log_in(dorota)
        boss.get(page)
        boss.post(f"{page}/usuniecie")
        assert not clerk.is_in()
        clerk.page = None
        clerk.type_password(dorota, expect=401)
    boss.get(page, 404)
    # What they did stays, under their name; who comes after them may have it.
    assert AuditRow.select().where(AuditRow.who == dorota.name).exists()
    invite(boss, name=dorota.name, email=dorota.email)


@pytest.mark.shows("T14.6")
def test_sessions_of_who_is_invited_anew_or_logged_out_end_at_once(office, boss):
    for act in ("sesje", "zaproszenie"):
        dorota = new_member()
        with Colleague(office) as clerk:
            clerk.log_in(dorota)
            page = f"/biuro/pracownicy/{dorota.public_id}"
            boss.get(page)
            boss.post(f"{page}/{act}")
            assert not clerk.is_in()
            clerk.page = None
            clerk.type_password(dorota, expect=200 if act == "sesje" else 401)


@pytest.mark.shows("T14.10")
def test_last_administrator_is_neither_removed_nor_made_a_clerk(boss, joanna, alone):
    page = f"/biuro/pracownicy/{joanna.public_id}"
    boss.get(page)
    for act, typed in (("rola", {"role": "clerk"}), ("usuniecie", {}), ("zaproszenie", {})):
        seen = boss.post(f"{page}/{act}", 409, **typed)
        assert "last administrator" in seen.refusal
    # One who was invited only, or has no second factor, could let nobody in.
    new_member(Role.ADMINISTRATOR, has_app=False)
    boss.post(f"{page}/rola", 409, role="clerk")
    new_member(Role.ADMINISTRATOR)
    assert boss.post(f"{page}/rola", role="clerk").path == "/biuro"
    assert StaffMember.find(joanna.email).role == "clerk"


@pytest.mark.dialect
@pytest.mark.shows("T14.10")
def test_two_administrators_who_demote_each_other_at_once_leave_one(office, boss, joanna, alone):
    other = new_member(Role.ADMINISTRATOR)
    with Colleague(office) as second:
        second.log_in(other)
        for somebody, whom in ((boss, other), (second, joanna)):
            somebody.get(f"/biuro/pracownicy/{whom.public_id}")
        acts = [(boss, other), (second, joanna)]

        def demote(act) -> int:
            somebody, whom = act
            path = f"/biuro/pracownicy/{whom.public_id}/rola"
            data = {"role": "clerk", "csrf_token": somebody.token}
            return somebody.http.post(path, data=data, follow_redirects=False).status_code

        with ThreadPoolExecutor(2) as both:
            done = list(both.map(demote, acts))
    assert 303 in done
    left = [each for each in StaffMember.everybody() if each.role == "administrator"]
    assert len(left) == 1, done


@pytest.mark.shows("T14.9")
def test_what_is_grave_asks_again_and_loses_nothing_that_was_typed(office, boss, joanna):
    old = now() - timedelta(minutes=11)
    mine = StaffSession.member == joanna
    StaffSession.update(confirmed_at=old).where(mine).execute()
    typed = {"name": "Zofia Ż", "email": "z@wodociagi.example", "role": "clerk"}
    boss.get("/biuro/pracownicy")
    seen = boss.post("/biuro/pracownicy", 403, **typed)
    assert seen.heading == "Confirm that it is you"
    for name, text in typed.items():
        assert f'name="{name}" value="{text}"' in seen.text
    assert not StaffMember.find(typed["email"])
    wrong = boss.post("/biuro/pracownicy", 403, **typed, again_code="000000")
    assert "does not work" in wrong.faults["again_code"]
    assert 'value="Zofia Ż"' in wrong.text
    boss.forget_steps(joanna)
    boss.post("/biuro/pracownicy", **typed, again_code=code_of(joanna))
    assert StaffMember.find(typed["email"])
    # For ten minutes nothing asks again.
    page = f"/biuro/pracownicy/{StaffMember.find(typed['email']).public_id}"
    boss.get(page)
    assert boss.post(f"{page}/usuniecie").path == "/biuro/pracownicy"


def test_own_password_ends_the_other_sessions(office):
    dorota = new_member()
    with Colleague(office) as here, Colleague(office) as there:
        there.log_in(dorota)
        here.forget_steps(dorota)
        here.log_in(dorota)
        here.get("/biuro/konto")
        wrong = here.post(
            "/biuro/konto/haslo", 422, current_password="x", new_password="Nowa-kaczka-77"
        )
        assert wrong.faults.keys() == {"current_password"}
        same = {"current_password": STAFF_PASSWORD, "new_password": STAFF_PASSWORD}
        assert (
            "current password"
            in here.post("/biuro/konto/haslo", 422, **same).faults["new_password"]
        )
        own = here.post(
            "/biuro/konto/haslo",
            422,
            current_password=STAFF_PASSWORD,
            new_password=dorota.email + "A1",
        )
        assert own.faults.keys() == {"new_password"}
        here.post(
            "/biuro/konto/haslo", current_password=STAFF_PASSWORD, new_password="Nowa-kaczka-77"
        )
        assert here.is_in()
        assert not there.is_in()
        there.page = None
        there.type_password(dorota, expect=401)


def test_own_session_elsewhere_can_be_ended_and_another_persons_cannot(office):
    dorota, marek = new_member(), new_member()
    with Colleague(office) as here, Colleague(office) as there, Colleague(office) as other:
        there.log_in(dorota)
        here.forget_steps(dorota)
        here.log_in(dorota)
        other.log_in(marek)
        mine = StaffSession.select().where(StaffSession.member == dorota)
        elsewhere = mine.order_by(StaffSession.id).get()
        other.get("/biuro/konto")
        other.post(f"/biuro/konto/sesje/{elsewhere.public_id}", 404)
        assert there.is_in()
        here.get("/biuro/konto")
        here.post(f"/biuro/konto/sesje/{elsewhere.public_id}")
        assert not there.is_in()
        assert here.is_in()


def test_last_second_factor_cannot_be_removed(office):
    dorota = new_member()
    with Colleague(office) as here:
        here.log_in(dorota)
        here.get("/biuro/konto")
        assert "last second factor" in here.post("/biuro/konto/aplikacja/usuniecie", 409).refusal
        StaffPasskey.create(
            member=dorota, credential_id=new_public_id(), public_key=b"", name="K", added_at=now()
        )
        here.post("/biuro/konto/aplikacja/usuniecie")
        key = StaffPasskey.of(dorota)[0]
        here.get("/biuro/konto")
        here.post(f"/biuro/konto/klucze/{key.public_id}/usuniecie", 409)


def test_commands_make_the_first_and_bring_back_the_last(office, alone, joanna):
    email = f"{new_public_id()[:8]}@wodociagi.example"
    added = office.run("staff", "add", f"Ewa {email[:8]}", email, "--clerk", "Ewa")
    with Colleague(office) as ewa:
        ewa.get("/biuro/zaproszenie")
        token = added.stdout.strip().split("#")[1]
        ewa.post("/biuro/zaproszenie", token=token, new_password=STAFF_PASSWORD)
        again = office.run("staff", "add", "Ewa B", email, "--clerk", "Ewa", check=False)
        assert (again.returncode, "already" in again.stderr) == (1, True)
        refused = office.run("staff", "remove", joanna.email, "--clerk", "Ewa", check=False)
        assert "last administrator" in refused.stderr
        link = office.run("staff", "reset", joanna.email, "--clerk", "Ewa").stdout.strip()
        ewa.get("/biuro/zaproszenie")
        token = link.split("#")[1]
        seen = ewa.post("/biuro/zaproszenie", token=token, new_password=STAFF_PASSWORD)
        assert seen.path == "/biuro/drugi-skladnik"
    assert email in office.run("staff", "list").stdout


def test_no_secret_stands_in_a_row_of_a_mail(office, boss):
    email = invite(boss)
    token = link_to(office, email)
    rows = [str(row.__data__) for row in Mail.select().where(Mail.recipient == email)]
    assert rows
    assert not any(token in row for row in rows)


def test_old_form_about_somebody_who_is_gone_says_so(boss):
    """The page that would show what was refused is refused itself."""
    boss.get("/biuro/pracownicy")
    boss.post("/biuro/pracownicy/nobody/sesje", 404, csrf="")
