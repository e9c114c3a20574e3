"""Read a JSON body, or a query, into a Flask-WTF form: shape and wording, before any operation."""

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from gettext import GNUTranslations
from typing import TypeVar

from flask import request
from flask_babel import get_locale, gettext as _, lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, StringField, ValidationError
from wtforms.fields.core import UnboundField
from wtforms.i18n import get_translations
from wtforms.validators import DataRequired, Length

from ebok.errors import InvalidForm, Refusal
from ebok.mail.offers import unwritable
from ebok.values import normalize


class NotAnObject(Refusal):
    """The body is JSON, but not an object of fields."""

    status = 400
    code = "bad-request"
    sentence = lazy("We could not understand this request.")


class Form(FlaskForm):
    """The base of all forms. CSRF is checked once for every change, in `access/guard.py`."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def get_translations(self, _form):
            """WTForms' own sentences, where we give none; ours come through Flask-Babel.

            Flask-WTF would read and parse their file anew for every form: 0.6 ms.
            """
            return own_sentences(get_locale().language)


@cache
def own_sentences(lang: str) -> GNUTranslations:
    """What WTForms says by itself, in this language."""
    return get_translations((lang,))


FormType = TypeVar("FormType", bound=Form)


class Text(StringField):
    """A field of text: trimmed, in NFC, without control characters."""

    # Whoever has a required one read has a text; one that may be left out is asked with `or ""`.
    data: str

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = tidy(valuelist[0])


def tidy(text: str) -> str:
    """What a person meant to type: no spaces at the ends, no invisible characters."""
    # A tab or a line's end that was pasted stands between two words.
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    return unicodedata.normalize("NFC", text).strip()


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf")


def required(message: str, longest: int = 200) -> list:
    """The validators of a text that must be there; `message` says what to give."""
    return [DataRequired(message), Length(max=longest, message=lazy("This is too long."))]


def read(form_class: type[FormType]) -> FormType:
    """The checked form, or InvalidForm with the fields at fault in the form's order."""
    form = form_class(MultiDict(_fields(form_class, _body())))
    if not form.validate():
        raise InvalidForm([(name, messages[0]) for name, messages in form.errors.items()])
    return form


def read_query(form_class: type[FormType]) -> FormType:
    """The checked form of what stands after the ? of the address, or InvalidForm as `read`.

    A field whose name is a word of Python ends in an underscore here, and nowhere else.
    """
    names = _names(form_class)
    given = {name: value for name, told in names.items() if (value := request.args.get(told))}
    return _sound(form_class, tuple(given.items()))


@cache
def _names(form_class: type[Form]) -> dict[str, str]:
    """The form's fields, each with its name in an address."""
    kinds = [n for n in dir(form_class) if isinstance(getattr(form_class, n), UnboundField)]
    return {name: name.removesuffix("_") for name in kinds}


@lru_cache(256)
def _sound(form_class: type[FormType], given: tuple[tuple[str, str], ...]) -> FormType:
    """The form of this query, one for all who ask so: nothing but the query decides about it.

    To make one and check it takes as long as to find the invoices that it asks for.
    """
    form = form_class(MultiDict(given))
    if not form.validate():
        names = _names(form_class)
        raise InvalidForm([(names[name], messages[0]) for name, messages in form.errors.items()])
    return form


def _body() -> dict:
    """The request's JSON, if it is an object."""
    try:
        body = request.get_json()
    except RecursionError:
        # Ten thousand brackets, one in the other, are no form.
        raise NotAnObject() from None
    if not isinstance(body, dict):
        raise NotAnObject()
    return body


def _fields(form_class: type[Form], body: dict) -> dict[str, str]:
    """The form's own fields as texts. Other names are not looked at, and never repeated."""
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


def _misfit(kind: type, value) -> str:
    # A consent is given by true and by nothing else: not by 1, "no" or "false".
    if issubclass(kind, BooleanField):
        return "" if isinstance(value, bool) else _("Yes or no was expected here.")
    return _("Text was expected here.") if isinstance(value, (dict, list, bool)) else ""


def _text(value) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    text = str(value)
    # Half of a surrogate pair is good JSON, but no character: it cannot be stored, hashed or sent.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotAnObject()
    return text


def read_as(reader: Callable, field, *rules) -> None:
    """Replace what was typed by what was meant (see `values/normalize.py`), or say what is wrong at
    it."""
    try:
        field.data = reader(field.data, *rules)
    except normalize.Unreadable as fault:
        fail(str(fault))


def read_email(field) -> None:
    """Replace what was typed by the address that was meant, one that we can write to."""
    read_as(normalize.email, field)
    if fault := unwritable(field.data):
        fail(fault)


def six_digits(field, sentence: str) -> None:
    """Spaces and dashes fall away; `sentence` refuses what is no code then."""
    field.data = normalize.plain(field.data).replace("-", "")
    if not (len(field.data) == 6 and field.data.isascii() and field.data.isdigit()):
        fail(sentence)


def fail(message: str):
    """Refuse the value of the field that is being validated."""
    raise ValidationError(message)
