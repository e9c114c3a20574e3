"""The puzzle's addresses."""

from flask import Blueprint, Response, url_for

from ebok import settings
from ebok.access import actor, anyone
from ebok.captcha import operations
from ebok.languages import language

routes = Blueprint("captcha", __name__)


@routes.get("/captcha")
@anyone
def new():
    """A fresh puzzle."""
    captcha_id = operations.new()
    picture = url_for("captcha.picture", captcha_id=captcha_id)
    sound = url_for("captcha.sound", captcha_id=captcha_id)
    return {"captcha": {"id": captcha_id, "picture": picture, "sound": sound}}


@routes.get("/captcha/<captcha_id>/picture")
@anyone
def picture(captcha_id):
    """The puzzle to look at."""
    most = settings.current().limits.captcha_pictures_per_source_hour
    return Response(operations.draw(actor(), captcha_id, most), mimetype="image/png")


@routes.get("/captcha/<captcha_id>/sound")
@anyone
def sound(captcha_id):
    """The puzzle to listen to, in the page's language."""
    most = settings.current().limits.captcha_sounds_per_source_hour
    return Response(operations.say(actor(), captcha_id, language(), most), mimetype="audio/wav")
