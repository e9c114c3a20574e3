"""Read a JSON body into a Flask-WTF form: shape and wording, before any operation is asked."""

import unicodedata
from typing import TypeVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired, Length

from ebok.errors import InvalidForm, Refusal


class NotAnObject(Refusal):
    """The body is JSON, but not an object of fields."""

    status = 400
    code = "bad-request"
    sentence = lazy("We could not understand this request.")


class Form(FlaskForm):
    """The base of all forms. CSRF is checked once for every change, in `access.py`."""

    class Meta(FlaskForm.Meta):
        csrf = False
        # Messages are translated by Flask-Babel, through our own catalogue.
        locales = False


FormType = TypeVar("FormType", bound=Form)


class Text(StringField):
    """A field of text: trimmed, in NFC, without control characters."""

    def process_formdata(self, values):
        if values:
            self.data = tidy(values[0])


def tidy(text: str) -> str:
    """What a person meant to type: no spaces at the ends, no invisible characters."""
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf")).strip()


def required(message: str) -> list:
    """The validators of a text that must be there; `message` says what to give."""
    return [DataRequired(message), Length(max=200, message=lazy("This is too long."))]


def read(form_class: type[FormType]) -> FormType:
    """The checked form, or InvalidForm with the fields at fault in the form's order."""
    form = form_class(MultiDict(_fields(request.get_json())))
    if not form.validate():
        raise InvalidForm([(name, messages[0]) for name, messages in form.errors.items()])
    return form


def _fields(body) -> dict[str, str]:
    if not isinstance(body, dict):
        raise NotAnObject()
    faults = [(str(k), _("Text was expected here.")) for k, v in body.items() if isinstance(v, (dict, list))]
    if faults:
        raise InvalidForm(faults)
    return {key: _text(value) for key, value in body.items() if value is not None}


def _text(value) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)


def fail(message: str):
    """Refuse the value of the field that is being validated."""
    raise ValidationError(message)
