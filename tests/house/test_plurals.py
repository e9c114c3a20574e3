"""Each language's own forms for one, two and five of a thing, in every sentence that counts."""

import gettext
import itertools

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from flask_babel import force_locale, ngettext

from ebok.languages import CATALOGUES, LANGUAGES
from ebok.settings import Settings
from mailroom import bare_app

MOST = 130
SENTENCE = ("%(num)s mail was not sent in time", "%(num)s mails were not sent in time")
WORDS = {
    "pl": ("wiadomość nie została wysłana", "wiadomości nie wysłano", "wiadomości nie wysłano"),
    "en": ("mail was not", "mails were not"),
    "uk": ("лист не", "листи не", "листів не"),
}
FORMS = {"one": 0, "few": 1, "many": 2, "other": 1}


def form_of(language: str, count: int) -> int:
    """Which form of its language a whole number wants, by Unicode's rules and not by our file's."""
    return FORMS[Locale.parse(language).plural_form(count)]


@pytest.fixture(params=LANGUAGES)
def catalogue(request):
    """A language, and its sentences."""
    path = CATALOGUES / request.param / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return request.param, read_po(file)


def test_numbers_choose_the_form_that_unicode_says(catalogue):
    language, sentences = catalogue
    choose = gettext.c2py(sentences.plural_expr)
    for count in range(MOST):
        assert choose(count) == form_of(language, count), count


def test_every_counting_sentence_has_all_forms_and_shows_its_number(catalogue):
    language, sentences = catalogue
    counting = [each for each in sentences if each.pluralizable and each.id]
    assert counting
    for each in counting:
        assert len(each.string) == len(WORDS[language])
        # What stands in one form, and is no number, stands in all of them.
        names = [set(each.python_format and _names(form)) for form in each.string]
        for some, others in itertools.combinations(names, 2):
            assert some ^ others <= {"num", "count"}, each.id
        assert names[-1] & {"num", "count"}, each.id


def _names(form: str) -> list[str]:
    return [part.partition(")")[0] for part in form.split("%(")[1:]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 112])
def test_sentence_is_said_in_its_form(language, count):
    with bare_app(Settings()).app_context(), force_locale(language):
        told = ngettext(*SENTENCE, count)
    assert told.startswith(f"{count} {WORDS[language][form_of(language, count)]}")
