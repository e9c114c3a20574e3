"""Somebody of the staff at a browser: pages, their forms, a second factor."""

import re
import time
from dataclasses import dataclass
from html import unescape

import httpx
from pyotp import random_base32
from pyotp.totp import TOTP

from ebok.access import Role
from ebok.accounts import operations_passwords as passwords
from ebok.database import now
from ebok.staff import operations_codes as codes
from ebok.staff.models import StaffMember
from ebok.tokens import new_public_id
from office import Office, new_source, office_key
from patience import HANG_SECONDS
from visitor import PLAIN

STAFF_PASSWORD = "Kaczka-w-stawie-9"
SECRETS: dict[int, str] = {}
"""What the members' apps know, by their ids."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FAULT = re.compile(r'<p class="field__fault" id="([^"]+)-fault">.*?<span>(.*?)</span>', re.DOTALL)
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
REFUSED = re.compile(r"data-refused>.*?<strong>(.*?)</strong>", re.DOTALL)


def plain(text: str) -> str:
    """The words of a page, with plain spaces and hyphens."""
    return unescape(text).replace("\u00a0", " ").replace("\u2011", "-")


@dataclass
class Seen:
    """A page that came."""

    status: int
    text: str
    path: str

    @property
    def faults(self) -> dict[str, str]:
        """What is said at each field."""
        return {
            name: unescape(text).replace("\u00a0", " ") for name, text in FAULT.findall(self.text)
        }

    @property
    def refusal(self) -> str:
        """What is said on top."""
        found = REFUSED.search(self.text)
        return plain(found[1]) if found else ""

    @property
    def heading(self) -> str:
        """The one heading."""
        return plain(HEADING.findall(self.text)[0])


def new_member(role: Role = Role.CLERK, name: str = "", has_app: bool = True) -> StaffMember:
    """Somebody who works here, with a password and an app with codes."""
    mark = new_public_id()[:10]
    member = StaffMember.create(
        name=name or f"Dorota {mark}",
        email=f"d.{mark}@wodociagi.example",
        role=str(role),
        language="en",
        password_hash=passwords.hash_password(STAFF_PASSWORD),
        joined_at=now(),
    )
    secret = keep_secret(member, random_base32())
    if has_app:
        with office_key():
            member.change(totp_sealed=codes.seal(member, secret))
    return member


def keep_secret(member: StaffMember, secret: str) -> str:
    """Have the member's app know this secret."""
    SECRETS[member.id] = secret
    return secret


def code_of(member: StaffMember, steps: int = 0) -> str:
    """The code that the member's app shows; another one than what was used already."""
    return TOTP(SECRETS[member.id]).at(int(time.time()) + 30 * steps)


class Colleague:
    """Every call says which status it expects; redirects are followed."""

    def __init__(self, office: Office, source: str = "", language: str = "en"):
        self.office = office
        self.source = source or new_source()
        self.page: Seen | None = None
        self.http = httpx.Client(
            base_url=office.base_url,
            headers={"X-Forwarded-For": self.source, "Accept-Language": language},
            timeout=HANG_SECONDS,
            verify=PLAIN,
            follow_redirects=True,
        )

    def __enter__(self) -> "Colleague":
        return self

    def __exit__(self, *_fault) -> None:
        self.http.close()

    def get(self, path: str, expect: int = 200) -> Seen:
        """Open a page."""
        return self._seen(self.http.get(path), expect, path)

    def post(self, path: str, expect: int = 200, csrf: str | None = None, **fields) -> Seen:
        """Send a form, with the token of the page that was seen last."""
        fields["csrf_token"] = self.token if csrf is None else csrf
        return self._seen(self.http.post(path, data=fields), expect, path)

    @property
    def token(self) -> str:
        """What changes want, from the page that was seen last."""
        page = self.page or self.get("/biuro/logowanie")
        return TOKEN.findall(page.text)[0]

    def _seen(self, response: httpx.Response, expect: int, path: str) -> Seen:
        assert response.status_code != 500, self.office.log()[-3000:]
        assert response.status_code == expect, (path, response.status_code, response.text[-3000:])
        seen = Seen(response.status_code, response.text, response.url.path)
        if TOKEN.search(seen.text):
            self.page = seen
        return seen

    def type_password(
        self, member: StaffMember, password: str = STAFF_PASSWORD, expect=200
    ) -> Seen:
        """The first step of the login."""
        return self.post("/biuro/logowanie", expect, email=member.email, password=password)

    def log_in(self, member: StaffMember) -> Seen:
        """Password and code, to the office."""
        self.type_password(member)
        seen = self.post("/biuro/kod", code=code_of(member))
        assert seen.path == "/biuro", seen.text
        return seen

    def forget_steps(self, member: StaffMember) -> None:
        """As if half a minute had passed: the app's present code was not used yet."""
        StaffMember.update(totp_step=0).where(StaffMember.id == member.id).execute()

    def is_in(self) -> bool:
        """Whether the office opens."""
        return self.http.get("/biuro").url.path == "/biuro"
