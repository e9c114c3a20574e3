"""Callers for testing the API against its description, each with valid values of their own."""

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st

from cast import Customer, new_customer, new_email
from ebok.accounts.models import Account, Link
from ebok.accounts.operations_passwords import hash_password
from ebok.database import now
from ebok.invoices.models import Invoice
from ebok.registration.models import Registration
from ebok.tokens import hash_code, hash_token
from office import Office, office_key
from visitor import PASSWORD, Visitor, form_of

CODE = "530217"
HOUR = timedelta(hours=1)
PASSWORD_HASH = hash_password(PASSWORD)
LINKS = {"freezeAccount": "freeze", "resetPassword": "reset"}

MAILED = {"code_attempts_left": 5, "code_expires_at": HOUR}
PROVEN = {"proven_until": HOUR, "code_asked_at": -HOUR}
STATES = {
    "registering": [
        MAILED,
        MAILED | {"code_attempts_left": 1},
        MAILED | {"code_attempts_left": 0},
        MAILED | {"code_expires_at": -HOUR},
        {"code_asked_at": -HOUR, "proven_until": -HOUR},
    ],
    "proven": [
        PROVEN,
        PROVEN | {"matches_left": 3, "matches_failed": 2},
        PROVEN | {"matches_left": 1, "matches_failed": 4},
        PROVEN | {"matches_left": 0, "matches_failed": 5},
        PROVEN | {"stopped_until": HOUR},
    ],
}
AFRESH = {"matches_left": 5, "matches_failed": 0, "stopped_until": None, "proven_until": None}


@dataclass
class Caller:
    """A caller of one kind, recreated when an answer may have changed their state."""

    office: Office
    kind: str
    visitor: Visitor | None = None
    customer: Customer | None = None
    account: Account | None = None
    puzzle: dict = field(default_factory=dict)

    def prepare(self, draw, call: str) -> None:
        """Be ready for one call, in a state that is drawn."""
        if self.visitor is None:
            self._begin()
        if self.kind in STATES:
            self._enter(draw(st.sampled_from(STATES[self.kind])))
        if call in LINKS:
            self._have_link(LINKS[call])
        if call in ("startRegistration", "showCaptcha", "sayCaptcha"):
            self.puzzle = self.visitor.captcha()

    def leave(self) -> None:
        """Be somebody else the next time."""
        self.visitor.http.close()
        self.visitor = None

    def _begin(self) -> None:
        self.visitor, self.customer = Visitor(self.office), new_customer()
        if self.kind in STATES:
            self.visitor.start(self.customer.code)
        else:
            self.account = self._open()
        if self.kind in ("temporary", "customer"):
            self.visitor.log_in(self.customer.code, PASSWORD)
        self.visitor.token = self.visitor.get("/api/session")["session"]["csrf_token"]

    def _open(self) -> Account:
        is_temporary = self.kind == "temporary"
        return Account.create(
            customer=self.customer.code,
            email=new_email(),
            kind="person",
            language="pl",
            opened_at=now(),
            password_hash=PASSWORD_HASH,
            must_change_password=is_temporary,
            password_expires_at=now() + HOUR if is_temporary else None,
            password_changed_at=now(),
        )

    def _enter(self, state: dict) -> None:
        mine = Registration.customer_code == self.customer.code
        with office_key():
            code_hash = hash_code(Registration.get(mine).id, CODE)
        Registration.update(link_hash=None).where(~mine).execute()
        columns = AFRESH | {"code_hash": code_hash, "link_hash": hash_token(self.token)} | state
        at = {k: now() + v if isinstance(v, timedelta) else v for k, v in columns.items()}
        Registration.update(**at).where(mine).execute()

    def _have_link(self, purpose: str) -> None:
        Link.delete().where(Link.token_hash == hash_token(self.token)).execute()
        link = {"account": self.account or self._someone(), "purpose": purpose}
        Link.create(token_hash=hash_token(self.token), expires_at=now() + HOUR, **link)

    def _someone(self) -> Account:
        self.account = self._open()
        return self.account

    @property
    def token(self) -> str:
        """The token of the link in this caller's mail."""
        return f"token-of-{self.customer.code}"

    @property
    def invoice_id(self) -> str:
        """The id of this caller's newest invoice."""
        return Invoice.get(Invoice.number == self.customer.number).public_id

    def honest(self, body: dict) -> dict:
        """The described example with this caller's own values."""
        own = {
            **form_of(self.customer),
            "customer_code": self.customer.code,
            "email": self.account.email if self.account else new_email(),
            "token": self.token,
            "code": CODE,
            "password": PASSWORD,
            "current_password": PASSWORD,
            "new_password": f"{PASSWORD}-{self.customer.code[-4:]}!",
            **self.puzzle,
        }
        return {name: own.get(name, value) for name, value in body.items()}
