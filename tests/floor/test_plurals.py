"""Each language's own forms for one, two and five of a thing, in every sentence that counts."""

import gettext
import io
import re

import pytest
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from cast import new_customer
from ebok.languages import CATALOGUES, LANGUAGES

MOST = 130
SENTENCE = ("%(num)s e-mail was not sent in time", "%(num)s e-mails were not sent in time")
WORDS = {
    "pl": ("wiadomość nie została wysłana", "wiadomości nie wysłano", "wiadomości nie wysłano"),
    "en": ("e-mail was not", "e-mails were not"),
    "uk": ("лист не", "листи не", "листів не"),
}
NUMBERS = {"num", "count"}
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
        first, *rest = [_names(form) for form in each.string]
        assert all(names == rest[-1] for names in rest), each.id
        assert first <= rest[-1], each.id
        assert rest[-1] & NUMBERS, each.id
        # In Ukrainian 21 and 101 are said as 1 is, so no form of it may leave the number out.
        assert language != "uk" or first & NUMBERS, each.id


def _names(form: str) -> set[str]:
    return {part.partition(")")[0] for part in form.split("%(")[1:]}


def test_sentence_is_said_in_its_form(catalogue):
    language, sentences = catalogue
    compiled = io.BytesIO()
    write_mo(compiled, sentences)
    compiled.seek(0)
    said = gettext.GNUTranslations(compiled)
    for count in (0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 112):
        told = said.ngettext(*SENTENCE, count) % {"num": count}
        assert told.startswith(f"{count} {WORDS[language][form_of(language, count)]}"), told


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("/faktury", ["рахунок-фактура", "рахунки-фактури", "рахунків-фактур"]),
        ("/logowanie", ["річ", "речі", "речей"]),
    ],
)
def test_page_leaves_the_number_open_in_each_form(visitor, page, words):
    """21 is said as 1 is: a form with the number written into it would say 1 of 21 invoices."""
    if page != "/logowanie":
        visitor.settle(new_customer())
    html = visitor.http.get(f"{page}?lang=uk").text
    said = re.findall(r'data-say-(one|few|many)="([^"]*)"', html)
    forms = ["one", "few", "many"]
    for form, word in zip(forms, words, strict=True):
        assert any(s.startswith(f"{{count}} {word}") for f, s in said if f == form), (form, said)
