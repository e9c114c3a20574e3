"""Logging in to the office: a password, a second factor, and what is refused."""

from datetime import timedelta

import pytest

from cast import new_customer
from colleague import SECRETS, STAFF_PASSWORD, Colleague, code_of, new_member
from ebok.access import Role
from ebok.audit import AuditRow
from ebok.database import now
from ebok.limits import Limit
from ebok.staff.models import RecoveryCode, StaffMember, StaffSession
from office import LIMITS
from patience import until
from visitor import PASSWORD, Visitor


@pytest.fixture
def dorota(office) -> StaffMember:
    """A clerk, with an app."""
    return new_member()


@pytest.fixture
def desk(office):
    """A browser in which nobody of the staff has signed in."""
    with Colleague(office) as somebody:
        yield somebody


@pytest.mark.shows("T14.1")
def test_password_and_code_let_in_and_neither_does_alone(desk, dorota):
    assert desk.get("/biuro").path == "/biuro/logowanie"
    assert desk.type_password(dorota).path == "/biuro/kod"
    assert desk.get("/biuro").path == "/biuro/kod"
    assert desk.get("/biuro/konto").path == "/biuro/kod"
    seen = desk.post("/biuro/kod", code=code_of(dorota))
    assert (seen.path, seen.heading) == ("/biuro", f"Good day, {dorota.name}")


def test_login_leads_on_to_the_page_that_was_asked_for(desk, dorota):
    seen = desk.get("/biuro/konto")
    assert 'name="next" value="/biuro/konto"' in seen.text
    for elsewhere in ("https://evil.example/", "//evil.example", "/biuro/../start", "/start"):
        member = new_member()
        with Colleague(desk.office) as other:
            other.post(
                "/biuro/logowanie", email=member.email, password=STAFF_PASSWORD, next=elsewhere
            )
            assert other.post("/biuro/kod", code=code_of(member)).path == "/biuro"


@pytest.mark.shows("T14.2")
def test_code_of_the_app_is_refused_the_second_time(office, desk, dorota):
    code = code_of(dorota)
    desk.type_password(dorota)
    desk.post("/biuro/kod", code=code)
    with Colleague(office) as thief:
        thief.type_password(dorota)
        seen = thief.post("/biuro/kod", 422, code=code)
        assert "does not work" in seen.faults["code"]
        # Nor one that is older than what was used.
        thief.post("/biuro/kod", 422, code=code_of(dorota, -1))
        assert not thief.is_in()


@pytest.mark.shows("T14.2", "V6.5.2")
def test_code_from_the_paper_works_once(office, desk, dorota):
    desk.log_in(dorota)
    page = desk.post("/biuro/konto/kody")
    codes = page.text.split("<li>")[1:]
    codes = [text[:9] for text in codes if text[4:5] == "-"]
    assert len(set(codes)) == 10
    assert not any(row.code_hash in page.text for row in RecoveryCode.select())
    for expect in (200, 422):
        with Colleague(office) as somebody:
            somebody.type_password(dorota)
            # As people copy it.
            somebody.post("/biuro/kod", expect, code=codes[0].lower().replace("-", " "))
            assert somebody.is_in() == (expect == 200)
    seen = desk.get("/biuro/konto")
    assert "9 recovery codes left" in seen.text.replace("\u00a0", " ")
    desk.forget_steps(dorota)
    desk.post("/biuro/konto/kody")
    with Colleague(office) as somebody:
        somebody.type_password(dorota)
        somebody.post("/biuro/kod", 422, code=codes[1])


@pytest.mark.defaults("staff_codes_per_login")
@pytest.mark.shows("T14.3")
def test_fifth_wrong_code_waits_and_is_told_to_the_administrators(office, desk, dorota):
    boss = new_member(Role.ADMINISTRATOR)
    desk.type_password(dorota)
    for left in range(LIMITS.staff_codes_per_login - 1, 0, -1):
        told = desk.post("/biuro/kod", 422, code="000 000").faults["code"]
        assert str(left) in told
    assert "No attempts are left" in desk.post("/biuro/kod", 422, code="000000").faults["code"]
    seen = desk.post("/biuro/kod", 429, code=code_of(dorota))
    assert "quarter of an hour" in seen.refusal
    # From elsewhere, too.
    with Colleague(office) as elsewhere:
        elsewhere.type_password(dorota)
        elsewhere.post("/biuro/kod", 429, code=code_of(dorota))
    for told in (boss, dorota):
        assert dorota.email in office.mail_to(told.email).text
    assert AuditRow.select().where(AuditRow.detail.startswith(dorota.email)).count() == 1


@pytest.mark.shows("T14.3")
def test_wrong_passwords_are_limited_for_a_source_and_for_a_login(office, desk, dorota):
    for _ in range(LIMITS.staff_logins_per_source):
        desk.type_password(dorota, "wrong", expect=401)
    desk.type_password(dorota, expect=429)
    with Colleague(office) as elsewhere:
        assert elsewhere.log_in(dorota)
        Limit.update(used=LIMITS.staff_logins_per_login_hour).where(
            Limit.name == "staff-logins-login"
        ).execute()
    with Colleague(office) as elsewhere:
        elsewhere.type_password(dorota, expect=429)


@pytest.mark.shows("T14.4")
def test_nothing_typed_in_vain_is_kept(office, desk):
    boss = new_member(Role.ADMINISTRATOR)
    for _ in range(LIMITS.staff_logins_per_source):
        desk.post("/biuro/logowanie", 401, email="my-secret@x.example", password="x")
    assert "my-secret" not in office.mail_to(boss.email).text
    row = AuditRow.select().where(AuditRow.did == "many failed staff logins")
    assert not any("my-secret" in each.detail for each in row)


def test_form_keeps_what_was_typed_but_the_password(desk):
    page = desk.post("/biuro/logowanie", 422, email="not an address", password="Sekret-77")
    assert 'value="not an address"' in page.text
    assert "Sekret-77" not in page.text
    assert page.faults.keys() == {"email"}


@pytest.mark.shows("T14.5")
def test_session_has_a_new_token_after_each_step(desk, dorota):
    held = [desk.http.cookies.get("ebok_staff")]
    desk.type_password(dorota)
    held.append(desk.http.cookies.get("ebok_staff"))
    before = {each.token_hash for each in StaffSession.select()}
    desk.post("/biuro/kod", code=code_of(dorota))
    after = {each.token_hash for each in StaffSession.select()}
    assert not after & (before - after)
    # Who holds the cookie of the first step has nothing.
    desk.http.cookies.set("ebok_staff", held[1], domain="localhost.local")
    with Colleague(desk.office) as thief:
        thief.http.cookies.set("ebok_staff", held[1])
        assert not thief.is_in()
        assert thief.get("/biuro/kod").path == "/biuro/logowanie"


def test_change_wants_the_token_of_this_browser(office, desk, dorota):
    desk.log_in(dorota)
    with Colleague(office) as stranger:
        foreign = stranger.token
    for token in ("", foreign):
        seen = desk.post("/biuro/konto/sesje", 400, csrf=token)
        assert "open for a long time" in seen.refusal
    assert desk.is_in()


@pytest.mark.shows("T7.10")
def test_cookie_of_a_customer_opens_nothing_here_and_the_reverse(office, desk, dorota):
    with Visitor(office) as anna:
        anna.settle(new_customer())
        anna.http.follow_redirects = True
        assert anna.http.get("/biuro").url.path == "/biuro/logowanie"
        held = anna.http.cookies.get("ebok_session")
    desk.http.cookies.set("ebok_staff", held)
    assert not desk.is_in()
    desk.http.cookies.clear()
    desk.log_in(dorota)
    assert desk.http.get("/start").url.path == "/logowanie"
    assert desk.http.get("/api/account").status_code == 401
    desk.http.cookies.set("ebok_session", desk.http.cookies.get("ebok_staff"))
    assert desk.http.get("/api/account").status_code == 401
    # A customer's password is none of the staff's.
    desk.http.cookies.clear()
    desk.page = None
    desk.post("/biuro/logowanie", 401, email="anna@poczta.example", password=PASSWORD)


@pytest.mark.defaults("staff_session_idle_minutes", "staff_session_hours")
@pytest.mark.shows("T14.6")
@pytest.mark.parametrize(
    "age",
    [{"seen_at": timedelta(minutes=61)}, {"started_at": timedelta(hours=12, minutes=1)}],
    ids=["idle", "old"],
)
def test_session_ends_after_an_idle_hour_and_after_twelve(desk, dorota, age):
    desk.log_in(dorota)
    [(column, since)] = age.items()
    mine = StaffSession.member == dorota
    for short in (timedelta(minutes=3), timedelta()):
        StaffSession.update({column: now() - since + short}).where(mine).execute()
        assert desk.is_in() == bool(short)
    assert "no longer logged in" in desk.get("/biuro").text.replace("\u00a0", " ")


@pytest.mark.shows("T14.5")
def test_second_factor_is_waited_for_ten_minutes(desk, dorota):
    desk.type_password(dorota)
    mine = StaffSession.member == dorota
    StaffSession.update(started_at=now() - timedelta(minutes=11)).where(mine).execute()
    assert desk.post("/biuro/kod", code=code_of(dorota)).path == "/biuro/logowanie"


def test_logging_out_ends_the_session(desk, dorota):
    desk.log_in(dorota)
    assert desk.post("/biuro/wyloguj").path == "/biuro/logowanie"
    assert not StaffSession.select().where(StaffSession.member == dorota).exists()
    assert not desk.is_in()


@pytest.mark.shows("T14.2")
def test_secret_of_the_app_is_sealed_for_its_owner(office, dorota):
    row = StaffMember.get_by_id(dorota.id)
    assert SECRETS[dorota.id] not in row.totp_sealed
    other = new_member()
    # Copied to another member's row by who can write to the database, it opens nothing.
    StaffMember.update(totp_sealed=row.totp_sealed).where(StaffMember.id == other.id).execute()
    with Colleague(office) as somebody:
        somebody.type_password(other)
        somebody.post("/biuro/kod", 422, code=code_of(dorota))


@pytest.mark.shows("T14.12")
def test_acts_of_the_staff_are_shown_to_who_may_see_them(office, desk, dorota):
    boss = new_member(Role.ADMINISTRATOR)
    with Colleague(office) as other:
        other.log_in(boss)
        desk.log_in(dorota)
        assert boss.name not in desk.get("/biuro").text
        assert dorota.name in other.get("/biuro").text
        assert "This is your first login" in desk.get("/biuro").text
        until(lambda: other.post("/biuro/wyloguj").path == "/biuro/logowanie")
        other.forget_steps(boss)
        other.log_in(boss)
        assert "Before that, you logged in on" in other.get("/biuro").text
