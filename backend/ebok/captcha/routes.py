"""Routes of the captcha."""

from flask import Blueprint, Response, url_for

from ebok import settings
from ebok.access import actor, anyone
from ebok.captcha import operations
from ebok.languages import language

routes = Blueprint("captcha", __name__)


@routes.get("/captcha")
@anyone
def new():
    """Create a captcha; answer its id and the addresses of its picture and sound."""
    captcha_id = operations.new()
    picture = url_for("captcha.picture", captcha_id=captcha_id)
    sound = url_for("captcha.sound", captcha_id=captcha_id)
    return {"captcha": {"id": captcha_id, "picture": picture, "sound": sound}}


@routes.get("/captcha/<captcha_id>/picture")
@anyone
def picture(captcha_id):
    """Send the captcha as a picture."""
    most = settings.current().limits.captcha_pictures_per_source_hour
    return Response(operations.draw(actor(), captcha_id, most), mimetype="image/png")


@routes.get("/captcha/<captcha_id>/sound")
@anyone
def sound(captcha_id):
    """Send the captcha as a sound in the page's language."""
    most = settings.current().limits.captcha_sounds_per_source_hour
    return Response(operations.say(actor(), captcha_id, language(), most), mimetype="audio/wav")
