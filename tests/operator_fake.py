"""A payment operator: a small server that checks our form like imoje and sends callbacks.

Written after imoje's public documentation, with nothing of our own code in it, so that a mistake of
ours is not made here a second time.
"""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import httpx

from patience import HANG_SECONDS
from visitor import PLAIN

MERCHANT, SERVICE, KEY = "6yt3gjtm9p7b8h9xsdqz", "63f574ed-d4ad-407e-9981-39ed7584a7b7", "key-" * 9
REQUIRED = ("amount", "currency", "orderId", "customerFirstName", "customerLastName")
PAGE = """<!DOCTYPE html><html lang="pl"><title>Bank</title><h1>{amount} gr</h1>
<p><a id="pay" href="/decide?order={order}&amp;status=settled">Zapłać</a></p>
<p><a id="refuse" href="/decide?order={order}&amp;status=rejected">Odrzuć</a></p>
<p><a id="leave" href="{back}">Wróć</a></p>"""


class FakeOperator:
    """Use it with `with`; `orders` are the forms that came with a right signature."""

    def __init__(self):
        self.orders: dict[str, dict[str, str]] = {}
        self.refused: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}/payment"

    def __enter__(self) -> "FakeOperator":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_fault) -> None:
        self.server.shutdown()
        self.server.server_close()

    def settings(self) -> dict[str, str]:
        """The environment of an installation that has a contract with it."""
        shop = {"ADDRESS": self.address, "MERCHANT_ID": MERCHANT, "SERVICE_ID": SERVICE}
        return {
            f"EBOK_IMOJE_{name}": value for name, value in (shop | {"SERVICE_KEY": KEY}).items()
        }

    def receive(self, form: dict[str, str]) -> str | None:
        """Take a payment form as the paywall does; its order, or None where it is refused."""
        fields = {name: value for name, value in form.items() if name != "signature"}
        body = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
        right = hashlib.sha256((body + KEY).encode()).hexdigest() + ";sha256"
        known = (fields.get("merchantId"), fields.get("serviceId")) == (MERCHANT, SERVICE)
        if form.get("signature") != right or not known or not all(map(fields.get, REQUIRED)):
            self.refused.append(form)
            return None
        self.orders[fields["orderId"]] = fields
        return fields["orderId"]

    def tell(self, order: str, status: str = "settled", **changes) -> httpx.Response:
        """Send the notification of this order; `changes` falsify it."""
        known = self.orders.get(order, {})
        body, headers = notification(order, status, int(known.get("amount", 1)), **changes)
        told = changes.get("url") or known["urlNotification"]
        answer = httpx.post(told, content=body, headers=headers, timeout=HANG_SECONDS, verify=PLAIN)
        self.answers.append(answer.status_code)
        return answer

    def _handler(self):
        operator = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
                order = operator.receive(form)
                if order is None:
                    return self._page(400, "<!DOCTYPE html><title>Bank</title><h1>400</h1>")
                shown = {"amount": form["amount"], "order": order, "back": form["urlReturn"]}
                return self._page(200, PAGE.format(**shown))

            def do_GET(self):
                asked = dict(parse_qsl(urlsplit(self.path).query))
                if asked.get("order") not in operator.orders:
                    return self._page(404, "<!DOCTYPE html><title>Bank</title><h1>404</h1>")
                operator.tell(asked["order"], asked["status"])
                self.send_response(303)
                self.send_header("Location", operator.orders[asked["order"]]["urlReturn"])
                self.end_headers()
                return None

            def _page(self, status: int, html: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_arguments) -> None:
                """Say nothing."""

        return Handler


def notification(
    order: str,
    status: str,
    amount: int,
    currency: str = "PLN",
    key: str = KEY,
    merchant: str = MERCHANT,
    transaction: str = "06138437-cae3-4d46-877d-e1b9d6e6c58f",
    alg: str = "sha256",
    kind: str = "sale",
    **_else,
) -> tuple[bytes, dict[str, str]]:
    """A callback as imoje sends it: body, and headers with the signature."""
    about = {"orderId": order, "status": status, "amount": amount, "currency": currency}
    sale = about | {"id": transaction, "type": kind, "serviceId": SERVICE, "source": "web"}
    body = json.dumps({"transaction": sale, "payment": about | {"id": "x"}}).encode()
    signed = hashlib.new(alg, body + key.encode()).hexdigest()
    header = f"merchantid={merchant};serviceid={SERVICE};signature={signed};alg={alg}"
    return body, {
        "X-Imoje-Signature": header,
        "Content-Type": "application/json; charset=UTF-8",
        "User-Agent": "imoje",
    }
