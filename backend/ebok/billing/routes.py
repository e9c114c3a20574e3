"""API for programs that deliver bundles, each with its own key."""

from flask import Blueprint, g, request

from ebok import settings
from ebok.access import RequiresKey, actor
from ebok.billing import operations_deliveries as deliveries, operations_keys as keys, serializers
from ebok.billing.models_deliveries import WAITING
from ebok.server.bodies import streamed

routes = Blueprint("billing", __name__)
bundle_key = RequiresKey(keys.find_key)


@routes.put("/billing/bundles/<name>")
@bundle_key
@streamed
def deliver(name: str):
    """Receive a bundle; the worker imports it."""
    chosen = settings.current()
    request.max_content_length = chosen.bundle_megabytes * 10**6 + 1
    size = request.content_length
    arguments = (g.key, name, size, request.stream.read)
    found = deliveries.receive(actor(), *arguments, chosen)
    where = f"{request.script_root}/api/billing/deliveries/{found.public_id}"
    status = 202 if found.state == WAITING else 200
    return {"delivery": serializers.delivery(found)}, status, {"Location": where}


@routes.get("/billing/deliveries/<delivery_id>")
@bundle_key
def show_delivery(delivery_id: str):
    """The state of a delivery, with the import's report."""
    return {"delivery": serializers.delivery(deliveries.get_delivery(g.key, delivery_id))}
