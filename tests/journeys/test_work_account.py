"""A work account in a real browser, at a certified provider that is a process of its own."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from colleague import code_of, new_member
from ebok import database
from identity import CLIENT, SECRET
from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from office import Office, free_port
from smtp import MailServer

pytestmark = [pytest.mark.journey, pytest.mark.shows("T14.16")]
TOP = Path(__file__).parents[2]


class AtProvider(Office):
    """An office whose staff have accounts at the provider, which knows its address."""

    def __init__(self, *given, port: int):
        issuer = f"http://localhost:{port}"
        chosen = {"ISSUER": issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}
        super().__init__(*given, **{f"EBOK_OIDC_{name}": text for name, text in chosen.items()})


@pytest.fixture(scope="module")
def desk_office(tmp_path_factory, migrated_sqlite) -> Iterator[Office]:
    """The office, and the provider's process."""
    folder, port = tmp_path_factory.mktemp("certified"), free_port()
    (folder / "ebok.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{folder / 'ebok.sqlite3'}"
    with MailServer() as post:
        office = AtProvider(url, folder, post, port=port)
        home = f"{office.base_url}/biuro/logowanie"
        command = ["node", "tests/oidc/provider.mjs", str(port), f"{home}/powrot", home]
        with subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, text=True) as provider:
            try:
                assert provider.stdout
                assert provider.stdout.readline() == "ready\n"
                with office:
                    database.connect(url)
                    database.database.connect(reuse_if_open=True)
                    yield office
                    database.database.close_all()
            finally:
                provider.terminate()


def test_work_account_leads_in_by_our_second_factor_and_out_on_both_sides(desk_office, open_page):
    member = new_member()
    page = open_page(f"{desk_office.base_url}/biuro/konto", DESKTOP, "en-GB")
    expect(page.locator("html[data-whole=yes]")).to_have_count(1)
    faults = look_at(page, "work account en", "light", PHONE)
    assert not faults, faults
    page.screenshot(path="build/office/en-work-account-360.png", full_page=True)
    page.set_viewport_size(DESKTOP)
    page.screenshot(path="build/office/en-work-account.png", full_page=True)
    page.get_by_role("link", name="Log in with your work account").click()
    page.locator("[name=login]").fill(member.email)
    page.locator("[name=password]").fill("theirs, not ours")
    page.locator("[type=submit]").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code").fill(code_of(member))
    page.keyboard.press("Enter")
    # The page that the login was to lead to.
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    assert page.url.endswith("/biuro/konto")

    page.get_by_text(member.name).first.click()
    page.get_by_role("button", name="Log out", exact=True).click()
    page.get_by_role("link", name="Log out of your work account, too").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Back office")
    page.get_by_role("link", name="Log in with your work account").click()
    # The provider asks who it is.
    expect(page.locator("[name=login]")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("[data-refused]")).to_contain_text("did not work")
