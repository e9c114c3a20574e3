"""Logging in to the office with a work account, at a provider that may be crooked."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from colleague import STAFF_PASSWORD, Colleague, code_of, keep_secret, new_member, plain
from ebok import database, settings
from ebok.access import Role
from ebok.audit import AuditRow
from ebok.database import now
from ebok.languages import LANGUAGES
from ebok.staff.models import StaffMember
from ebok.tokens import new_public_id
from identity import CLIENT, Provider, new_key
from office import LIMITS, SECRET, Office
from patience import HANG_SECONDS
from smtp import MailServer

pytestmark = pytest.mark.shows("T14.16")
BACK = "/biuro/logowanie/powrot"
AMR = "mfa"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider of OpenID Connect."""
    with Provider() as found:
        yield found


@pytest.fixture(scope="module")
def desk_office(tmp_path_factory, migrated_sqlite, provider) -> Iterator[Office]:
    """An office whose staff have work accounts; what it stores is stored alike on Postgres."""
    folder = tmp_path_factory.mktemp("work-accounts")
    (folder / "ebok.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{folder / 'ebok.sqlite3'}"
    with MailServer() as post, Office(url, folder, post, **provider.settings(amr=AMR)) as office:
        database.connect(url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


@pytest.fixture
def desk(desk_office, provider) -> Iterator[Colleague]:
    """A browser at that office."""
    provider.behave()
    with Colleague(desk_office) as somebody:
        yield somebody


def known(member: StaffMember, **more) -> dict:
    """What the provider says of this member."""
    about = {"sub": f"s-{member.public_id}", "email": member.email, "email_verified": True}
    return about | more


def come_in(desk: Colleague, query: str = "", expect: int = 200):
    """Log in at the provider, and come back."""
    return desk.get(f"/biuro/logowanie/konto{query}", expect)


def is_out(desk: Colleague) -> bool:
    return desk.http.get("/biuro").url.path == "/biuro/logowanie"


def test_work_account_lets_in_and_asks_for_our_second_factor(desk, provider):
    member = new_member()
    provider.behave(**known(member))
    assert 'href="/biuro/logowanie/konto"' in desk.get("/biuro/logowanie").text
    assert come_in(desk, "?next=/biuro/konto").path == "/biuro/kod"
    assert desk.get("/biuro").path == "/biuro/kod"
    # And to the page that was asked for.
    assert desk.post("/biuro/kod", code=code_of(member)).path == "/biuro/konto"
    row = StaffMember.get_by_id(member.id)
    assert (row.provider_issuer, row.provider_subject) == (provider.issuer, provider.claims["sub"])
    assert AuditRow.select().where(AuditRow.did == "work account linked").exists()


@pytest.mark.shows("V6.8.4")
def test_second_factor_of_the_provider_is_one_and_other_words_are_not(desk, provider):
    member = new_member()
    provider.behave(**known(member, amr=["pwd", AMR]))
    assert come_in(desk).path == "/biuro"
    desk.post("/biuro/wyloguj")
    for said in ({"amr": ["pwd"]}, {"amr": AMR}, {"acr": AMR}, {"amr": [AMR + "x"]}):
        provider.behave(**known(member, **said))
        assert come_in(desk).path == "/biuro/kod"


@pytest.mark.shows("V10.5.2")
def test_after_the_first_time_the_subject_counts_and_no_address(desk, provider):
    """An address goes to somebody else one day."""
    member, other = new_member(), new_member()
    provider.behave(**known(member, amr=[AMR]))
    come_in(desk)
    desk.post("/biuro/wyloguj")
    provider.behave(**known(member, sub="s-of-the-next-owner", amr=[AMR]))
    assert "not known here" in come_in(desk, expect=403).refusal
    # Nor does who changes their address at the provider become somebody else.
    provider.behave(**known(member, email=other.email, amr=[AMR]))
    assert member.name in come_in(desk).heading


@pytest.mark.shows("V6.8.1")
@pytest.mark.parametrize(
    "about",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": 1},
        {"email_verified": None},
        {"email": ""},
        {"email": "nobody@wodociagi.example"},
    ],
    ids=str,
)
def test_address_that_the_provider_has_not_verified_is_nobodys(desk, provider, about):
    provider.behave(**known(new_member(), amr=[AMR], **about))
    assert "not known here" in come_in(desk, expect=403).refusal
    assert is_out(desk)


def test_provider_makes_no_members_and_no_administrators(desk, provider):
    before = StaffMember.select().count()
    boss = {"roles": ["administrator"], "groups": ["administrator"], "role": "administrator"}
    provider.behave(sub="x", email="x@wodociagi.example", email_verified=True, amr=[AMR], **boss)
    come_in(desk, expect=403)
    member = new_member()
    provider.behave(**known(member, amr=[AMR], **boss))
    come_in(desk)
    desk.get("/biuro/pracownicy", 403)
    assert StaffMember.select().count() == before + 1


def test_removed_member_and_one_who_was_invited_only_are_let_in_by_no_account(desk, provider):
    member = new_member()
    provider.behave(**known(member, amr=[AMR]))
    come_in(desk)
    StaffMember.update(removed_at=now()).where(StaffMember.id == member.id).execute()
    assert is_out(desk)
    come_in(desk, expect=403)
    invited = new_member(has_app=False)
    StaffMember.update(joined_at=None, password_hash="").where(
        StaffMember.id == invited.id
    ).execute()
    provider.behave(**known(invited, amr=[AMR]))
    come_in(desk, expect=403)


def test_who_has_no_second_factor_of_ours_needs_an_invitation(desk, provider):
    member = new_member(has_app=False)
    provider.behave(**known(member, amr=[AMR]))
    assert "no second factor" in come_in(desk, expect=403).refusal
    assert is_out(desk)


def tamper(**claims):
    """Change these claims; None takes one away."""

    def change(told: dict) -> None:
        for name, value in claims.items():
            told[name] = value
            if value is None:
                del told[name]

    return change


BAD = {
    "another nonce": tamper(nonce="of-another-login"),
    "no nonce": tamper(nonce=None),
    "another audience": tamper(aud="another-client"),
    "no audience": tamper(aud=None),
    "two audiences and another party": tamper(aud=[CLIENT, "x"], azp="x"),
    "two audiences and no party": tamper(aud=[CLIENT, "x"]),
    "another issuer": tamper(iss="https://other.example"),
    "no issuer": tamper(iss=None),
    "expired": tamper(exp=1),
    "without end": tamper(exp=None),
    "from the future": tamper(iat=4_000_000_000, exp=4_000_000_300),
    "nobody": tamper(sub=None),
}


@pytest.mark.shows("V6.8.2", "V10.5.1", "V10.5.4")
@pytest.mark.parametrize("how", BAD, ids=str)
def test_token_that_is_not_for_this_login_is_refused(desk, provider, how):
    provider.behave(**known(new_member(), amr=[AMR]))
    provider.crooked = BAD[how]
    assert "did not work" in come_in(desk, expect=422).refusal
    assert is_out(desk)


@pytest.mark.shows("V6.8.2")
@pytest.mark.parametrize("how", ["unsigned", "signed_by_public_key", "signed_by_stranger"])
def test_token_that_the_provider_has_not_signed_is_refused(desk, provider, how):
    provider.behave(**known(new_member(), amr=[AMR]))
    provider.sign = getattr(provider, how)
    assert "did not work" in come_in(desk, expect=422).refusal
    assert is_out(desk)
    provider.behave(**known(new_member(), amr=[AMR]))
    assert come_in(desk).path == "/biuro"


def hold(desk: Colleague, cookie: str) -> None:
    """Have the browser hold a cookie of before."""
    desk.http.cookies.clear()
    desk.http.cookies.set("ebok_staff", cookie, domain="localhost.local")


def asked_back(desk: Colleague, provider: Provider) -> str:
    """The address that the provider sends the browser back to, not followed."""
    here = desk.http.get("/biuro/logowanie/konto", follow_redirects=False)
    there = httpx.get(here.headers["Location"], timeout=HANG_SECONDS)
    return there.headers["Location"]


@pytest.mark.shows("V10.1.2", "V10.2.1")
def test_answer_of_another_browser_another_state_or_a_second_time_is_refused(
    desk, desk_office, provider
):
    provider.behave(**known(new_member(), amr=[AMR]))
    back = asked_back(desk, provider)
    with Colleague(desk_office) as thief:
        thief.get(back, 422)
        # Who has begun a login of their own brings another state, or another's code.
        asked_back(thief, provider)
        thief.get(back, 422)
        assert is_out(thief)
    wrong = re.sub(r"state=\w+", "state=x", back)
    asked = desk.http.cookies.get("ebok_staff")
    desk.get(wrong, 422)
    # The cookie of before does not bring it back.
    hold(desk, asked)
    desk.get(back, 422)
    back = asked_back(desk, provider)
    asked = desk.http.cookies.get("ebok_staff")
    assert desk.get(back).path == "/biuro"
    desk.post("/biuro/wyloguj")
    hold(desk, asked)
    desk.get(back, 422)
    assert is_out(desk)


@pytest.mark.shows("V10.2.1")
def test_stolen_code_is_worth_nothing_without_the_verifier(desk, desk_office, provider):
    """In another login: the provider knows whose challenge the code had."""
    provider.behave(**known(new_member(), amr=[AMR]))
    code = parse_qs(urlsplit(asked_back(desk, provider)).query)["code"][0]
    with Colleague(desk_office) as thief:
        own = asked_back(thief, provider)
        thief.get(re.sub(r"code=[\w-]+", f"code={code}", own), 422)
        assert is_out(thief)


@pytest.mark.shows("V6.8.1", "V10.2.2")
@pytest.mark.parametrize("issuer", ["https://other.example", None])
def test_answer_of_another_provider_is_refused(desk, provider, issuer):
    provider.behave(**known(new_member(), amr=[AMR]))
    provider.answer = tamper(iss=issuer)
    assert "did not work" in come_in(desk, expect=422).refusal


def test_login_that_was_cancelled_says_so(desk, provider):
    provider.behave()
    provider.answer = tamper(code=None, error="access_denied")
    assert "did not work" in come_in(desk, expect=422).refusal


@pytest.mark.shows("V10.1.2")
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/biuro/../start",
        "/start",
        "/biuro/logowanie\\@x",
    ],
)
def test_login_leads_to_no_other_place(desk, provider, elsewhere):
    provider.behave(**known(new_member(), amr=[AMR]))
    assert come_in(desk, f"?next={elsewhere}").path == "/biuro"


def test_keys_that_change_are_learnt(desk, provider):
    provider.behave(**known(new_member(), amr=[AMR]))
    come_in(desk)
    desk.post("/biuro/wyloguj")
    provider.keys.append(new_key())
    assert come_in(desk).path == "/biuro"


def test_claims_may_come_of_userinfo_of_the_same_person(desk, provider):
    member = new_member()
    about = known(member)
    provider.behave(sub=about["sub"], amr=[AMR])
    provider.userinfo = about | {"sub": "somebody-else"}
    come_in(desk, expect=422)
    provider.userinfo = about
    assert come_in(desk).path == "/biuro"


@pytest.mark.shows("T14.3")
def test_failures_are_limited_for_a_source_and_told(desk, desk_office, provider):
    boss = new_member(Role.ADMINISTRATOR)
    provider.behave(sub="nobody", amr=[AMR])
    for _ in range(LIMITS.staff_logins_per_source):
        come_in(desk, expect=403)
    assert "quarter of an hour" in come_in(desk, expect=429).refusal
    assert "could not log in" in desk_office.mail_to(boss.email).text


@pytest.mark.shows("T14.8")
def test_invitation_is_accepted_with_a_work_account_and_sets_up_the_factor(
    desk, desk_office, provider
):
    mark = new_public_id()[:8]
    email = f"i.{mark}@wodociagi.example"
    run = desk_office.run("staff", "add", f"Iga {mark}", email, "--role", "clerk", "--clerk", "Ewa")
    token = run.stdout.strip().split("#")[1]
    # Of whatever address, and without a word that it is verified: the link shows the mailbox.
    provider.behave(sub=f"s-{mark}", amr=["pwd"])
    desk.get("/biuro/zaproszenie")
    desk.post("/biuro/zaproszenie/konto", 410, token="x")
    seen = desk.post("/biuro/zaproszenie/konto", token=token)
    assert f"Iga {mark}" in plain(seen.text)
    assert come_in(desk, "?invited=yes").path == "/biuro/drugi-skladnik"
    member = StaffMember.find(email)
    page = desk.get("/biuro/drugi-skladnik")
    keep_secret(member, re.search(r'class="spell">([A-Z2-7 ]+)<', page.text)[1].replace(" ", ""))
    desk.post("/biuro/drugi-skladnik/aplikacja", totp=code_of(member))
    assert desk.get("/biuro").path == "/biuro"
    with Colleague(desk_office) as thief:
        thief.get("/biuro/zaproszenie")
        thief.post("/biuro/zaproszenie/konto", 410, token=token)
    desk.post("/biuro/wyloguj")
    desk.forget_steps(member)
    assert come_in(desk).path == "/biuro/kod"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_with_work_accounts_are_valid_html(lang, desk, desk_office, provider, tmp_path):
    email = f"{new_public_id()[:8]}@wodociagi.example"
    run = desk_office.run("staff", "add", f"H {email[:8]}", email, "--clerk", "Ewa")
    token = run.stdout.strip().split("#")[1]
    seen = [desk.get(f"/biuro/logowanie?lang={lang}&left=yes"), desk.get("/biuro/zaproszenie")]
    seen.append(desk.post("/biuro/zaproszenie/konto", token=token))
    for number, page in enumerate(seen):
        assert f'<html lang="{lang}"' in page.text
        (tmp_path / f"{number}.html").write_text(page.text)
    command = ["npx", "html-validate", "--config", ".htmlvalidate.mjs", f"{tmp_path}/*.html"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_account_of_one_member_is_not_linked_to_a_second(desk, desk_office, provider):
    member = new_member()
    provider.behave(**known(member, amr=[AMR]))
    come_in(desk)
    desk.post("/biuro/wyloguj")
    email = f"{new_public_id()[:8]}@wodociagi.example"
    run = desk_office.run("staff", "add", f"B {email[:8]}", email, "--clerk", "Ewa")
    desk.get("/biuro/zaproszenie")
    desk.post("/biuro/zaproszenie/konto", token=run.stdout.strip().split("#")[1])
    come_in(desk, "?invited=yes", 403)
    assert not StaffMember.find(email).joined_at


def test_logging_out_offers_to_log_out_there_too(desk, provider):
    provider.behave(**known(new_member(), amr=[AMR]))
    come_in(desk)
    seen = desk.post("/biuro/wyloguj")
    assert 'href="/biuro/logowanie/wyjscie"' in seen.text
    there = desk.http.get("/biuro/logowanie/wyjscie", follow_redirects=False).headers["Location"]
    assert there.startswith(f"{provider.issuer}/end?")
    assert desk.get("/biuro/logowanie/wyjscie").path == "/biuro/logowanie"


@pytest.mark.shows("V10.5.3")
def test_provider_that_is_down_or_another_is_told_and_other_ways_stay_open(
    tmp_path, migrated_sqlite
):
    (tmp_path / "ebok.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{tmp_path / 'ebok.sqlite3'}"
    with Provider() as provider, MailServer() as post:
        provider.published["issuer"] = "https://other.example"
        with (
            Office(url, tmp_path, post, **provider.settings()) as office,
            Colleague(office) as desk,
        ):
            assert "does not work at the moment" in come_in(desk, expect=503).refusal
            assert desk.get("/biuro/logowanie").status == 200
            assert "another issuer" in office.run("doctor", check=False).stderr


def test_provider_is_reached_over_https_alone_and_set_whole(tmp_path):
    base = {"EBOK_SECRET_KEY": SECRET, "EBOK_DATA_DIR": str(tmp_path)}

    def faults(**given: str) -> str:
        chosen = base | {f"EBOK_OIDC_{name.upper()}": text for name, text in given.items()}
        with pytest.raises(settings.WrongSettings) as found:
            settings.load(chosen)
        return str(found.value)

    whole = {"client_id": "x", "client_secret": "never-to-be-seen"}
    assert "needed together" in faults(issuer="https://id.example")
    for issuer in (
        "http://id.example",
        "https://",
        "https://u:p@id.example",
        "https://id.example/#x",
    ):
        told = faults(issuer=issuer, **whole)
        assert "oidc.issuer" in told
        assert "never-to-be-seen" not in told
    assert "oidc.passwords" in faults(passwords="false")
    assert settings.load(
        base
        | {
            "EBOK_OIDC_ISSUER": "https://id.example/a",
            "EBOK_OIDC_CLIENT_ID": "x",
            "EBOK_OIDC_CLIENT_SECRET": "y",
        }
    ).oidc.is_on


def test_without_a_provider_there_are_no_such_addresses(office):
    with Colleague(office) as desk:
        assert "/biuro/logowanie/konto" not in desk.get("/biuro/logowanie").text
        for path in ("/biuro/logowanie/konto", BACK, "/biuro/logowanie/wyjscie"):
            desk.get(path, 404)


def test_passwords_can_be_closed(tmp_path, migrated_sqlite, provider):
    (tmp_path / "ebok.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{tmp_path / 'ebok.sqlite3'}"
    chosen = provider.settings(passwords="false")
    with (
        MailServer() as post,
        Office(url, tmp_path, post, **chosen) as office,
        Colleague(office) as desk,
    ):
        page = desk.get("/biuro/logowanie")
        assert 'name="password"' not in page.text
        typed = {"email": "d@wodociagi.example", "password": STAFF_PASSWORD}
        assert "Passwords are not used" in desk.post("/biuro/logowanie", 403, **typed).refusal
        assert 'name="new_password"' not in desk.get("/biuro/zaproszenie").text
        desk.post("/biuro/zaproszenie", 403, token="x", new_password=STAFF_PASSWORD)
