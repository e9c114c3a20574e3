"""Routes of the captcha."""

from flask import Blueprint, Response, request

from ebok import settings
from ebok.access import actor, anyone
from ebok.captcha import operations, operations_work as work, serializers
from ebok.languages import language

routes = Blueprint("captcha", __name__)


@routes.get("/captcha")
@anyone
def new():
    """Create a captcha; answer its id and the addresses of its picture and sound."""
    return {"captcha": serializers.captcha(operations.new())}


@routes.get("/captcha/<captcha_id>/picture")
@anyone
def picture(captcha_id: str):
    """Send the captcha as a picture."""
    most = settings.current().limits.captcha_pictures_per_source_hour
    return Response(operations.draw(actor(), captcha_id, most), mimetype="image/png")


@routes.get("/captcha/<captcha_id>/sound")
@anyone
def sound(captcha_id: str):
    """Send the captcha as a sound in the page's language, or the part that is asked for.

    Safari plays nothing whose parts it cannot have (RFC 9110, §14).
    """
    most = settings.current().limits.captcha_sounds_per_source_hour
    spoken = operations.say(actor(), captcha_id, language(), most)
    response = Response(spoken, mimetype="audio/wav")
    return response.make_conditional(request, accept_ranges=True, complete_length=len(spoken))


@routes.post("/captcha/work")
@anyone
def new_work():
    """*Nie mogę przepisać kodu*: a task for the browser, in place of a code."""
    return {"work": serializers.work(work.new(actor(), work.REGISTRATION))}, 201
