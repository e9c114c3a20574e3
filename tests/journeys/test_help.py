"""*Pomoc*: four groups of questions and a search that needs no server."""

import re
import unicodedata

import pytest
from playwright.sync_api import Page, expect

from ebok.languages import LANGUAGES
from journeys.axe import look_at
from journeys.conftest import DESKTOP, PHONE
from journeys.wizard import say
from office import Office

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]
SHOWN = "[data-question]:visible"
PHONE_NUMBER = "15 000 12 34"
# What people type, however they type it, and the question that they mean.
ASKED = {
    "pl": {
        "zaplacic": "Jak zapłacić?",
        "ZAPŁACIĆ": "Jak zapłacić?",
        "e faktura włączyć": "Jak przejść na e\u2011fakturę?",
        "efakturę": "Jak przejść na e\u2011fakturę?",
        "zamknąć konto": "Jak zamknąć konto?",
        "oszustwo": "Czy numer konta jest prawdziwy?",
        "phishing": "Skąd mam wiedzieć, że wiadomość jest od Was?",
        "haslo": "Jak zmienić hasło?",
        "czemu wyzsza": "Czemu faktura jest wyższa?",
        "gdzie mogę zapłacić": "Jak zapłacić?",
    },
    "en": {"PAY": "How do I pay?", "delete account": "How do I close my account?"},
    "uk": {
        "заплатити": "Як заплатити?",
        "комп'ютер": "Я починаю на комп’ютері, а пошта в телефоні",
    },
}


def ask(page: Page, words: str) -> None:
    """Type into the search."""
    page.get_by_role("searchbox").fill(words)


def questions(page: Page) -> list[str]:
    """The questions that are shown."""
    texts = page.locator(f"{SHOWN} > summary").all_inner_texts()
    return [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_question_is_found_whatever_case_accents_and_endings(lang, office: Office, open_page):
    page = open_page(f"{office.base_url}/pomoc?lang={lang}")
    everything = len(questions(page))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    for words, question in ASKED[lang].items():
        ask(page, words)
        expect(page.locator(SHOWN, has_text=question).first).to_be_visible()
        found = questions(page)
        assert question in found
        assert len(found) < everything / 2, (words, found)
        count = page.locator(SHOWN).count()
        told = say(page)("Answers found: %(count)s").replace("%(count)s", str(count))
        expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
        # A group without an answer is not shown.
        for topic in page.locator("[data-topic]:visible").all():
            assert topic.locator(SHOWN).count()
    assert not sent


def without_accents(text: str) -> str:
    """The same as somebody types it who has no Polish keyboard."""
    parts = unicodedata.normalize("NFD", text.translate(str.maketrans("łŁ", "lL")))
    return "".join(part for part in parts if not unicodedata.combining(part))


def words_with(page: Page, letters: str) -> dict[str, str]:
    """For each of these letters a word of the questions and answers that has it, the shortest."""
    words = re.findall(r"[^\W\d_]{5,}", page.locator(".topics").inner_text())
    return {one: min((w for w in words if one in w.lower()), key=len) for one in letters}


def test_each_polish_letter_is_found_with_and_without_its_accent(office: Office, open_page):
    page = open_page(f"{office.base_url}/pomoc?lang=pl")
    for answer in page.locator("details[data-question]").all():
        answer.evaluate("one => one.open = true")
    words = words_with(page, "ąćęłńóśźż")
    everything = page.locator(SHOWN).count()
    for letter, word in words.items():
        ask(page, word)
        found = questions(page)
        assert 0 < len(found) < everything, (letter, word)
        for typed in (without_accents(word), word.upper(), without_accents(word).upper()):
            assert typed != word
            ask(page, "")
            ask(page, typed)
            assert questions(page) == found, (letter, typed)


@pytest.mark.parametrize("apostrophe", "'`´′ʼʹ‘’‛＇")
def test_ukrainian_apostrophe_is_found_whichever_is_typed(apostrophe, office: Office, open_page):
    page = open_page(f"{office.base_url}/pomoc?lang=uk")
    ask(page, "компютер")
    found = questions(page)
    assert "Я починаю на комп’ютері, а пошта в телефоні" in found
    ask(page, "")
    ask(page, f"КОМП{apostrophe}ЮТЕР")
    assert questions(page) == found


def test_nothing_found_says_what_to_do_and_leads_back(office: Office, open_page):
    page = open_page(f"{office.base_url}/pomoc")
    everything = page.locator(SHOWN).count()
    ask(page, "żyrafa")
    empty = page.locator("[x-ref=empty]")
    expect(empty).to_contain_text("Spróbuj jednego słowa")
    expect(empty.locator("a[href^='tel:']")).to_have_text(PHONE_NUMBER)
    expect(page.locator(SHOWN)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(empty).to_be_focused()
    assert look_at(page, "pomoc-nic pl", "light", PHONE) == []
    page.get_by_role("button", name=say(page)("Show all questions")).click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator(SHOWN)).to_have_count(everything)


def test_enter_leads_to_what_was_found_and_an_address_may_ask(office: Office, open_page):
    page = open_page(f"{office.base_url}/pomoc?q=przelew", DESKTOP)
    expect(page.get_by_role("searchbox")).to_have_value("przelew")
    expect(page.locator(SHOWN, has_text="Jak zapłacić?")).to_be_visible()
    assert page.locator(SHOWN).count() < 8
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("[x-ref=found]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("summary:focus")).to_be_visible()


def test_four_groups_and_the_office_stand_on_the_page_as_drawn(office: Office, open_page):
    page = open_page(f"{office.base_url}/pomoc", DESKTOP)
    expect(page.locator(".topic:not(.topic--whole)")).to_have_count(4)
    expect(page.locator(".help__beside")).to_contain_text(PHONE_NUMBER)
    left, right = (page.locator(one).bounding_box() for one in (".topics", ".help__beside"))
    assert left["x"] + left["width"] <= right["x"]
    assert left["width"] + right["width"] > 0.9 * page.locator("main").bounding_box()["width"] - 100


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_open_without_scripts_and_no_search_stands_there(lang, office: Office, open_page):
    page = open_page(f"{office.base_url}/pomoc?lang={lang}", java_script_enabled=False)
    expect(page.get_by_role("searchbox")).to_have_count(0)
    answers = page.locator("details[data-question]")
    assert answers.count() > 30
    for answer in (answers.first, answers.last):
        expect(answer.locator("p")).to_be_hidden()
        answer.locator("summary").click()
        expect(answer.locator("p")).to_be_visible()
