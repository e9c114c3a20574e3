"""Routes for monitoring: whether this process answers, and whether the service is usable."""

from flask import Blueprint
from flask_babel import force_locale

from ebok import settings
from ebok.access import machine
from ebok.doctor import FAIL, examine
from ebok.operation import serializers

routes = Blueprint("operation", __name__)


@routes.get("/healthz")
@machine
def healthz():
    """Answer that this process runs, without any check."""
    return serializers.health()


@routes.get("/readyz")
@machine
def readyz():
    """Run the quick checks; answer 503 if one fails."""
    with force_locale("en"):
        answer = serializers.health(list(examine(settings.current(), quick=True)))
    return answer, 503 if answer["status"] == FAIL else 200
