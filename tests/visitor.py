"""Somebody at a browser, as far as the API can tell: cookies, CSRF token, an internet address."""

import hashlib
import hmac
import ssl
from dataclasses import dataclass
from ipaddress import ip_network

import httpx

from cast import Customer, new_account, new_email
from described import require_described
from ebok import limits
from ebok.database import now
from ebok.limits import Limit
from office import SECRET, Office, new_source, office_key
from patience import HANG_SECONDS

PASSWORD = "Kasztan-przy-rynku-7"
# Nobody here speaks TLS; each client would load the world's authorities again, for 40 ms.
PLAIN = ssl.create_default_context()
PATIENT: dict = {"verify": PLAIN, "timeout": HANG_SECONDS}
"""How whoever is no `Visitor` asks: five seconds, httpx's own, pass on a busy machine."""


@dataclass
class Answer:
    """A response."""

    status: int
    body: dict
    headers: httpx.Headers

    def __getitem__(self, key):
        return self.body[key]


class Visitor:
    """Every call says which status it expects; every error must have the one shape."""

    def __init__(self, office: Office, source: str = "", language: str = "pl"):
        self.office = office
        self.source = source or new_source()
        self.http = httpx.Client(
            base_url=office.base_url,
            headers={"X-Forwarded-For": self.source, "Accept-Language": language},
            timeout=HANG_SECONDS,
            verify=PLAIN,
        )
        self.token = ""

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_fault) -> None:
        self.http.close()

    def get(self, path: str, expect: int = 200) -> Answer:
        """Ask for something."""
        return self._checked(self.http.get(path), expect, path)

    def post(self, path: str, expect: int = 200, code: str = "", **body) -> Answer:
        """Send JSON; `code` is the refusal expected."""
        return self._change("POST", path, expect, code, body)

    def put(self, path: str, expect: int = 200, code: str = "", **body) -> Answer:
        """Send JSON that replaces something."""
        return self._change("PUT", path, expect, code, body)

    def delete(self, path: str, expect: int = 204) -> Answer:
        """Remove something; a session takes its token with it."""
        answer = self._change("DELETE", path, expect, "", {})
        self.token = ""
        return answer

    def _change(self, method: str, path: str, expect: int, code: str, body: dict) -> Answer:
        self.token = self.token or self.get("/api/session")["session"]["csrf_token"]
        headers = {"X-CSRFToken": self.token}
        body = {key.removesuffix("_"): value for key, value in body.items()}
        answer = self._checked(
            self.http.request(method, path, json=body, headers=headers), expect, path
        )
        assert not code or answer["code"] == code, answer.body
        if "session" in answer.body:
            self.token = answer["session"]["csrf_token"]
        return answer

    def _checked(self, response: httpx.Response, expect: int, path: str) -> Answer:
        is_json = "json" in response.headers.get("Content-Type", "")
        body = response.json() if is_json and response.content else {}
        assert response.status_code != 500, self.office.log()[-3000:]
        assert response.status_code == expect, (path, response.status_code, response.text[:600])
        if expect >= 400 and path.startswith("/api/"):
            require_problem(response, body)
        if path.startswith("/api/"):
            require_described(response, path)
        return Answer(response.status_code, body, response.headers)

    def has_used(self, limit: str, times: int) -> None:
        """As if so much of a limit of this internet address had been used just now."""
        network = ip_network((self.source, 64), strict=False)
        with office_key():
            key = limits.hashed(str(network))
        Limit.delete().where((Limit.name == limit) & (Limit.key == key)).execute()
        Limit.create(name=limit, key=key, started_at=now(), used=times)

    # -- what a person does, several calls at a time

    def captcha(self) -> dict:
        """A captcha and its answer, computed with the installation's secret key."""
        captcha = self.get("/api/captcha")["captcha"]
        return {"captcha_id": captcha["id"], "captcha_answer": solve(captcha["id"])}

    def start(self, customer_code: str, email: str = "", expect: int = 202, **fields) -> Answer:
        """*Twoje dane*."""
        typed = {"customer_code": customer_code, "email": email or new_email(), **self.captcha()}
        return self.post("/api/registration", expect, **typed | fields)

    def start_and_prove(self, customer_code: str, email: str = "") -> str:
        """*Twoje dane*, and the code from the mail; return the address."""
        email = email or new_email()
        self.start(customer_code, email)
        self.type_code(email)
        return email

    def type_code(self, email: str, skip: int = 0) -> None:
        """Take the code out of the mailbox and type it."""
        self.post("/api/registration/code", code_=self.office.mail_to(email, skip=skip).code)

    def confirm(self, customer: Customer, expect: int = 201, code: str = "", **fields) -> Answer:
        """Send *Potwierdzenie* with the customer's newest invoice; `fields` override values."""
        return self.post(
            "/api/registration/confirmation", expect, code, **form_of(customer) | fields
        )

    def register(self, customer: Customer, email: str = "", **fields) -> str:
        """The whole wizard; return the temporary password."""
        email = self.start_and_prove(customer.code, email)
        self.confirm(customer, **fields)
        return temporary_password(self.office.mail_to(email, skip=1))

    def log_in(
        self, customer_code: str, password: str, expect: int = 201, code: str = ""
    ) -> Answer:
        """*Zaloguj się*."""
        return self.post(
            "/api/session", expect, code, customer_code=customer_code, password=password
        )

    def settle(self, customer: Customer, email: str = "", password: str = PASSWORD) -> str:
        """Log in with an account that was opened before; return its e-mail address.

        A tenth of what `open_account` takes, for whom the way to an account is not the subject.
        """
        account = new_account(customer, password, email)
        self.log_in(customer.code, password)
        return account.email

    def open_account(self, customer: Customer, email: str = "", password: str = PASSWORD) -> str:
        """The wizard, the first login and an own password; return the e-mail address."""
        email = email or new_email()
        temporary = self.register(customer, email)
        self.log_in(customer.code, temporary)
        self.put("/api/account/password", new_password=password)
        return email


def require_problem(response: httpx.Response, body: dict) -> None:
    """Every error has the one shape (RFC 9457)."""
    assert response.headers["Content-Type"] == "application/problem+json", response.text
    assert body["type"] == f"urn:ebok:problem:{body['code']}"
    assert body["status"] == response.status_code
    assert body["detail"]
    assert body["title"]
    assert all(fault.keys() == {"field", "message"} for fault in body["faults"])
    assert response.headers["Cache-Control"] == "no-store"


def solve(captcha_id: str) -> str:
    """The digits in the picture, computed with the installation's secret key."""
    signed = hmac.new(SECRET.encode(), f"captcha\0{captcha_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(signed[:8]) % 1_000_000:06}"


def form_of(customer: Customer) -> dict:
    """*Potwierdzenie*, filled in from the customer's newest invoice."""
    return {
        "kind": customer.kind,
        "buyer": customer.name,
        "nip": customer.nip,
        "number": customer.number,
        "amount": customer.amount,
        "e_invoice": True,
        "privacy": True,
        "terms": True,
        "phone": "600 000 123",
        "no_phone": False,
    }


def temporary_password(mail) -> str:
    """The password in the mail, on a line of its own."""
    lines = [line.strip() for line in mail.text.splitlines()]
    return next(line for line in lines if len(line) == 12 and line.isalnum() and line.isascii())
