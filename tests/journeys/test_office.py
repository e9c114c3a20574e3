"""The back office in a real browser: passkeys, forms that htmx moves, three languages, no mouse."""

import os
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from colleague import STAFF_PASSWORD, Colleague, code_of, keep_secret, new_member
from ebok.access import Role
from ebok.languages import LANGUAGES
from ebok.staff.models import StaffMember, StaffPasskey, StaffSession
from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.staff_login import log_in

pytestmark = [pytest.mark.journey, pytest.mark.shows("T14.7")]
IS_CI = bool(os.environ.get("BOTH"))


def give_authenticator(page: Page):
    """A virtual one in the browser, whose holder is verified at once; how to change that."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


def test_passkey_is_added_lets_in_confirms_and_is_removed(office, open_page):
    member = new_member(Role.ADMINISTRATOR)
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    devtools, authenticator = give_authenticator(page)
    log_in(page, member)
    page.get_by_role("link", name="Your account").last.click()
    page.get_by_role("button", name="Add a second factor").click()
    page.get_by_label("Name, so that you recognise it").fill("the counter")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added")
    [key] = StaffPasskey.of(member)
    assert key.name == "the counter"

    page.get_by_text(member.name).first.click()
    page.get_by_role("button", name="Log out", exact=True).click()
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good day")
    assert StaffPasskey.of(member)[0].sign_count > key.sign_count

    # One that is not verified is as good as none.
    devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False}
    )
    page.get_by_text(member.name).first.click()
    page.get_by_role("button", name="Log out", exact=True).click()
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("The passkey did not work").first).to_be_visible()
    devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True}
    )
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good day")

    # A synchronised passkey counts nothing.
    [credential] = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})[
        "credentials"
    ]
    assert credential["isResidentCredential"]
    StaffPasskey.update(sign_count=0).where(StaffPasskey.member == member).execute()
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    devtools.send(
        "WebAuthn.addCredential",
        {"authenticatorId": authenticator, "credential": credential | {"signCount": 0}},
    )
    page.get_by_role("link", name="Your account").last.click()
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is removed")
    assert not StaffPasskey.of(member)


def test_answer_to_one_question_is_none_to_another_nor_twice(office, open_page):
    """What the browser sent is sent again: from another browser, and for something else."""
    member = new_member()
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    give_authenticator(page)
    log_in(page, member)
    page.get_by_role("link", name="Your account").last.click()
    page.get_by_role("button", name="Add a second factor").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added")
    page.get_by_text(member.name).first.click()
    page.get_by_role("button", name="Log out", exact=True).click()
    sent = []
    page.on("request", lambda each: each.method == "POST" and sent.append(each.post_data))
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good day")
    answer = parse_qs(sent[0])["answer"][0]
    with Colleague(office) as thief:
        thief.get("/biuro/logowanie")
        seen = thief.post("/biuro/logowanie/klucz", 422, answer=answer)
        assert "did not work" in seen.refusal
        thief.post("/biuro/logowanie/klucz", 422, answer="{")
        thief.post("/biuro/logowanie/klucz", 422, answer="[]")
        thief.post("/biuro/logowanie/klucz", 422, answer='{"response": {"clientDataJSON": "é"}}')
        # In the same browser a second time.
        cookies = {each["name"]: each["value"] for each in page.context.cookies()}
        thief.http.cookies.set("ebok_staff", cookies["ebok_staff"])
        thief.page = None
        thief.get("/biuro/konto")
        thief.post("/biuro/logowanie/klucz", 422, answer=answer)


def test_refusal_is_swapped_in_takes_the_focus_and_keeps_address_and_typing(office, open_page):
    member = new_member(Role.ADMINISTRATOR)
    page = open_page(f"{office.base_url}/biuro/logowanie", DESKTOP, "en-GB")
    log_in(page, member)
    page.get_by_role("link", name="Staff", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff")
    page.evaluate("window.same = true")
    page.get_by_label("First name and surname").fill("Irena Głowacka")
    page.get_by_label("Work e-mail address").fill(member.email)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("#email-fault")).to_contain_text("already")
    expect(page.locator("[data-refused]")).to_be_focused()
    expect(page.get_by_label("First name and surname")).to_have_value("Irena Głowacka")
    assert page.url.endswith("/biuro/pracownicy")
    assert page.evaluate("window.same")
    page.get_by_label("Work e-mail address").fill("i.glowacka@wodociagi.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("on its way")
    assert page.evaluate("window.same")


def test_invitation_is_followed_on_a_phone_by_keyboard(office, open_page):
    link = office.run(
        "staff", "add", "Ewa Telefon", "ewa.telefon@wodociagi.example", "--clerk", "Ewa"
    ).stdout.strip()
    page = open_page(link, PHONE, "pl-PL")
    field = page.get_by_label("Nowe hasło")
    expect(field).to_be_visible()
    assert "#" not in page.url
    field.fill(STAFF_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Drugi składnik")
    member = StaffMember.find("ewa.telefon@wodociagi.example")
    keep_secret(member, page.locator(".spell").inner_text().replace(" ", ""))
    page.get_by_label("Kod z aplikacji, 6 cyfr").fill(code_of(member))
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Kody zapasowe").get_by_role("listitem")).to_have_count(10)
    page.get_by_role("link", name="Mam je zapisane").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dzień dobry")


@pytest.mark.shows("P11")
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lang", LANGUAGES if IS_CI else ["uk"])
def test_every_page_of_the_office_is_accessible(office, open_page, lang):
    """In every language, and with pictures, in CI; another run looks at one language.

    Less high than a finger is wide is allowed on a wide screen: see styles/office/tokens.css.
    """
    member = new_member(Role.ADMINISTRATOR, f"Joanna Lis {lang}")
    other = new_member(has_app=False)
    faults, looks = [], [("light", PHONE), ("dark", PHONE), ("light", DESKTOP), ("dark", DESKTOP)]
    page = open_page(f"{office.base_url}/biuro/logowanie?lang={lang}", PHONE)

    def look(scene: str, *chosen) -> None:
        expect(page.locator("html[data-whole=yes]")).to_have_count(1)
        for theme, screen in chosen or [looks[len(faults) % 4], looks[2]]:
            found = look_at(page, f"{scene} {lang}", theme, screen)
            is_wide = screen is DESKTOP
            faults.append([f for f in found if not (is_wide and "too small" in f)])
            if IS_CI:
                page.set_viewport_size(screen)
                picture = f"{lang}-{scene}-{screen['width']}-{theme}.png"
                page.screenshot(full_page=True, path=f"build/office/{picture}")

    look("login", *looks)
    page.locator("#email").fill(member.email)
    page.locator("#password").fill("wrong")
    page.locator("form:has(#password) button[type=submit]").click()
    expect(page.locator("[data-refused]")).to_be_visible()
    look("login-refused")
    page.locator("#password").fill(STAFF_PASSWORD)
    page.locator("form:has(#password) button[type=submit]").click()
    expect(page.locator("#code")).to_be_visible()
    look("code")
    page.locator("#code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator("#code-fault")).to_be_visible()
    look("code-refused")
    page.locator("#code").fill(code_of(member))
    page.keyboard.press("Enter")
    expect(page.locator("nav.tabs")).to_be_visible()
    look("home", *looks)
    page.goto(f"{office.base_url}/biuro/pracownicy")
    look("staff", *looks)
    page.goto(f"{office.base_url}/biuro/pracownicy/{other.public_id}")
    look("member")
    page.goto(f"{office.base_url}/biuro/konto")
    look("account", *looks)
    page.locator("form[action$='/konto/czynniki'] button").click()
    expect(page.locator(".qr")).to_be_visible()
    look("factors", *looks)
    page.goto(f"{office.base_url}/biuro/konto")
    page.locator("form[action$='/konto/kody'] button").click()
    expect(page.locator(".codes")).to_be_visible()
    look("codes")
    StaffSession.update(confirmed_at=None).where(StaffSession.member == member).execute()
    page.goto(f"{office.base_url}/biuro/konto")
    page.locator("form[action$='/konto/kody'] button").click()
    expect(page.locator("#again_code")).to_be_visible()
    look("again")
    page.goto(f"{office.base_url}/biuro/zaproszenie")
    look("invitation")
    told = "\n".join(fault for found in faults for fault in found)
    assert not told, told
