"""The login of the staff, as somebody does it in a browser."""

from playwright.sync_api import Page, expect

from colleague import STAFF_PASSWORD, code_of
from ebok.staff.models import StaffMember


def log_in(page: Page, member: StaffMember) -> None:
    """Log in with password and code, in English, from any page of the office."""
    page.goto(page.url.split("/biuro")[0] + "/biuro")
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password", exact=True).fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code", exact=True).fill(code_of(member))
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(member.name)
