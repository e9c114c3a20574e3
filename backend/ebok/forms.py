"""Reads and validates JSON bodies and query strings with Flask-WTF, before any operation."""

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from gettext import GNUTranslations
from typing import Any, TypeVar

from flask import request
from flask_babel import get_locale, gettext as _, lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.utils import cached_property
from wtforms import BooleanField, Field, StringField, ValidationError
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.i18n import get_translations
from wtforms.validators import DataRequired, Length

from ebok.errors import InvalidForm, Refusal
from ebok.mail.offers import unwritable
from ebok.values import normalize


class NotAnObject(Refusal):
    """The body is valid JSON but no object."""

    status = 400
    code = "bad-request"
    sentence = lazy("We could not understand this request.")


class Form(FlaskForm):
    """Base class of all forms. CSRF is checked in `access/guard.py`, once per request."""

    class Meta(FlaskForm.Meta):
        @cached_property
        def csrf(self) -> bool:
            """See `Form`."""
            return False

        def get_translations(self, form: BaseForm) -> GNUTranslations:  # noqa: ARG002 WTForms' name
            """WTForms' own sentences, for fields without one of ours.

            Flask-WTF would parse their file again for every form: 0.6 ms.
            """
            return own_sentences(get_locale().language)


@cache
def own_sentences(lang: str) -> GNUTranslations:
    """WTForms' own catalogue in this language."""
    return get_translations((lang,))


FormType = TypeVar("FormType", bound=Form)


class Text(StringField):
    """A text field: trimmed, in NFC, without control characters."""

    # Never None in a required field; read an optional one with `or ""`.
    data: str

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = tidy(valuelist[0])


def tidy(text: str) -> str:
    """The text in NFC, without surrounding spaces and invisible characters."""
    # A pasted tab or line end separates two words.
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    return unicodedata.normalize("NFC", text).strip()


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf")


def required(message: str, longest: int = 200) -> list[Any]:
    """Validators of a required text; `message` is the sentence for an empty field.

    Every sentence names what it is about: above the form it stands alone.
    """
    too_long = lazy("This is too long. %(asked)s", asked=message)
    return [DataRequired(message), Length(max=longest, message=too_long)]


def read(form_class: type[FormType]) -> FormType:
    """Validate the JSON body. Raises InvalidForm with the faults in the form's order."""
    form = form_class(MultiDict(_fields(form_class, _body())))
    if not form.validate():
        raise InvalidForm(_faults(form))
    return form


def read_posted(form_class: type[FormType]) -> FormType:
    """Validate what an HTML form has sent. Raises InvalidForm, as `read`."""
    form = form_class(request.form)
    if not form.validate():
        raise InvalidForm(_faults(form))
    return form


def _faults(form: Form) -> list[tuple[str, str]]:
    """(field, sentence) of each fault."""
    return [(field.short_name, field.errors[0]) for field in form if field.errors]


def read_query(form_class: type[FormType]) -> FormType:
    """Validate the query string. Raises InvalidForm, as `read`.

    A field named after a Python keyword ends in an underscore here; its query parameter does not.
    """
    names = _names(form_class)
    given = {name: value for name, told in names.items() if (value := request.args.get(told))}
    return _sound(form_class, tuple(given.items()))


@cache
def _names(form_class: type[Form]) -> dict[str, str]:
    """Query parameter of each field."""
    kinds = [n for n in dir(form_class) if isinstance(getattr(form_class, n), UnboundField)]
    return {name: name.removesuffix("_") for name in kinds}


@lru_cache(256)
def _sound(form_class: type[FormType], given: tuple[tuple[str, str], ...]) -> FormType:
    """The validated form of this query string, cached: its result depends on nothing else.

    Building and validating it takes as long as finding the invoices it asks for.
    """
    form = form_class(MultiDict(given))
    if not form.validate():
        names = _names(form_class)
        raise InvalidForm([(names[name], fault) for name, fault in _faults(form)])
    return form


def _body() -> dict[str, Any]:
    """The request's JSON object. Raises NotAnObject."""
    try:
        body = request.get_json()
    except RecursionError:
        # RecursionError: ten thousand nested brackets.
        raise NotAnObject() from None
    if not isinstance(body, dict):
        raise NotAnObject()
    return body


def _fields(form_class: type[Form], body: dict[str, Any]) -> dict[str, str]:
    """Values of the form's own fields as texts; other names are ignored and never echoed."""
    kinds = {name: getattr(form_class, name, None) for name in body}
    given = {
        name: (kind.field_class, body[name])
        for name, kind in kinds.items()
        if isinstance(kind, UnboundField) and body[name] is not None
    }
    misfits = [(name, _misfit(kind, value)) for name, (kind, value) in given.items()]
    if faults := [(name, fault) for name, fault in misfits if fault]:
        raise InvalidForm(faults)
    return {name: _text(value) for name, (_kind, value) in given.items()}


def _misfit(kind: type, value: Any) -> str:
    # Only true gives a consent: not 1, "no" or "false".
    if issubclass(kind, BooleanField):
        return "" if isinstance(value, bool) else _("Yes or no was expected here.")
    return _("Text was expected here.") if isinstance(value, (dict, list, bool)) else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    text = str(value)
    # Half of a surrogate pair is valid JSON, but cannot be stored, hashed or sent.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotAnObject()
    return text


def read_as(reader: Callable[..., Any], field: Field, *rules: Any) -> None:
    """Parse the field with `reader` (see `values/normalize.py`); fail with its sentence if it
    cannot."""
    try:
        field.data = reader(field.data, *rules)
    except normalize.Unreadable as fault:
        fail(str(fault))


def read_email(field: Field) -> None:
    """Parse the field as an e-mail address that our mail server can write to."""
    read_as(normalize.email, field)
    if fault := unwritable(field.data):
        fail(fault)


def six_digits(field: Field, sentence: str) -> None:
    """Require six digits after removing spaces and dashes; else fail with `sentence`."""
    field.data = normalize.plain(field.data).replace("-", "")
    if not (len(field.data) == 6 and field.data.isascii() and field.data.isdigit()):
        fail(sentence)


def fail(message: str):
    """Refuse the value of the field being validated."""
    raise ValidationError(message)
