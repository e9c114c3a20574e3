"""imoje, ING's payment operator: sends a signed form and receives signed callbacks.

Source: its public documentation of the paywall ("Wykonanie transakcji", "Autoryzacja – wyliczanie
sygnatury", "Notyfikacje"); the signature is tested with its example.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from ebok import settings
from ebok.accounts.models import Account
from ebok.payments.errors import UnreadableCallback, WrongSignature
from ebok.payments.models import PaymentOrder
from ebok.payments.models_callback import Callback
from ebok.tokens import same

HASHES = ("sha224", "sha256", "sha384", "sha512")
"""The digests that imoje may use to sign a callback."""
OUTCOMES = {"settled": "paid", "rejected": "failed", "cancelled": "failed"}
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9,. \u00c0-\u02c0\u0400-\u04ff-]")
NOT_IN_A_TITLE = re.compile(r"[^A-Za-z0-9#&_,./ \u00c0-\u02c0-]")
LONGEST_NAME, LONGEST_TITLE = 100, 255


class Imoje:
    """One shop at imoje."""

    name, label = "imoje", "imoje (ING)"
    thanks = {"status": "ok"}

    def __init__(self, shop: settings.Imoje):
        self.shop = shop
        self.address = shop.address

    def fields(
        self, order: PaymentOrder, payer: Account, back: str, notify_url: str
    ) -> dict[str, str]:
        """Signed fields of the payment form; no fee is added."""
        first, last = self._names(payer.customer.name)
        fields = {
            "merchantId": self.shop.merchant_id,
            "serviceId": self.shop.service_id,
            "amount": str(order.amount_grosze),
            "currency": "PLN",
            "orderId": order.id,
            "orderDescription": _allowed(NOT_IN_A_TITLE, order.title, LONGEST_TITLE),
            "customerFirstName": first,
            "customerLastName": last,
            "customerEmail": payer.email,
            "urlSuccess": back,
            "urlFailure": back,
            "urlReturn": back,
            "urlNotification": notify_url,
            "validTo": str(int(order.ends_at.replace(tzinfo=UTC).timestamp())),
        }
        return fields | {"signature": signature(fields, self.shop.service_key)}

    def _names(self, name: str) -> tuple[str, str]:
        """First and last name, both required by imoje; a company's name is given twice."""
        allowed = _allowed(NOT_IN_A_NAME, name, 2 * LONGEST_NAME) or "-"
        first, _, last = allowed.partition(" ")
        return first[:LONGEST_NAME], (last or first)[:LONGEST_NAME].strip()

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Verify the signature over the raw body, then parse it. Raises WrongSignature."""
        signed = _parts(headers.get("X-Imoje-Signature", ""))
        ours = (self.shop.merchant_id, self.shop.service_id)
        if (signed.get("merchantid"), signed.get("serviceid")) != ours:
            raise WrongSignature()
        digest = signed.get("alg", "").lower()
        if digest not in HASHES:
            raise WrongSignature()
        right = hashlib.new(digest, body + self.shop.service_key.encode()).hexdigest()
        if not same(right, signed.get("signature", "").lower()):
            raise WrongSignature()
        try:
            return self._callback(json.loads(body))
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            raise UnreadableCallback() from None

    def _callback(self, told: dict[str, Any]) -> Callback:
        # An expired payment link is reported without a transaction.
        about = told.get("transaction") or told["payment"]
        is_sale = about.get("type", "sale") == "sale"
        outcome = OUTCOMES.get(about["status"], "") if is_sale else ""
        if about["serviceId"] != self.shop.service_id:
            raise UnreadableCallback()
        sums = int(about["amount"]), about["currency"]
        return Callback(str(about["orderId"]), str(about["id"]), outcome, *sums)


def signature(fields: Mapping[str, str], key: str) -> str:
    """SHA-256 of the fields sorted by name and joined as in a query string, and the shop's key."""
    body = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    return f"{hashlib.sha256(f'{body}{key}'.encode()).hexdigest()};sha256"


def _allowed(unknown: re.Pattern[str], text: str, longest: int) -> str:
    return " ".join(unknown.sub(" ", text).split())[:longest]


def _parts(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in header.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
