"""Words that customers' Polish and Ukrainian do not come back to, each with what is said instead.

The English ones, and рахунок-фактура, are in test_house.py; the words that are said are in
docs/glossary.md.
"""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ebok.documents import serializers
from ebok.languages import CATALOGUES
from ebok.pages.static import FRONTEND

HOUSE = Path(serializers.__file__).parents[1]
INSTEAD = {
    "pl": {
        r"urzędni\w+": "pracownik",
        r"bilingow\w+": "rozliczeniowy",
        r"system\w* rozliczeń": "system rozliczeniowy",
        r"opiewa\w*": "faktura jest na",
        r"odnośnik\w*": "link",
        # What a bank's own account is called in FA(3), and the factor's, is the law's.
        r"rachun(?:ek|k\w+)(?! (?:własny|faktora))": "numer konta",
        r"(?:nasz\w*|niedoręczon\w+) list\w*": "wiadomość",
        r"po terminie od": "po terminie (termin: …)",
        r"został 1 dzień": "termin jutro",
        r"liczy się Tobie": "trafi na Twoje konto",
        r"zdać się": "poprosić",
        r"wspólny czas": "korzystanie z e-BOK",
        r"w drugą stronę": "nowa taryfa podniosła kwotę",
        r"losowy znak": "losowy ciąg znaków",
        r"zakończymy e-": "wyłączymy",
    },
    "uk": {
        r"бюро": "офіс",
        r"малюн\w*": "картинка",
        r"білінг\w*": "розрахункова система",
        r"(?:електронн\w+ адрес\w+|адрес\w+ електронної пошти)": "адреса e-mail",
        r"показник\w*": "показання",
        r"\w*м³": "m³",
        r"(?-i:\b(?:вам|вами|ваш\w*)\b)": "Ви з великої літери",
    },
}


def said(lang: str) -> list[str]:
    """All that customers read in this language, in sentences or whole files."""
    with (CATALOGUES / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        texts = [str(message.string) for message in read_po(file) if message.id]
    texts += [path.read_text("utf-8") for path in (FRONTEND / "texts").glob(f"*.{lang}.html")]
    if lang == "pl":
        printed = (HOUSE / "pdf" / "templates").glob("*.html")
        texts += [path.read_text("utf-8") for path in printed]
        texts += serializers.NATURES.values()
    return [re.sub("[\u00a0\n]", " ", text).replace("\u2011", "-") for text in texts]


@pytest.mark.parametrize("lang", INSTEAD)
def test_words_that_were_replaced_do_not_come_back(lang):
    texts = said(lang)
    assert len(texts) > 1500
    for word, better in INSTEAD[lang].items():
        never = re.compile(rf"\b{word}", re.IGNORECASE)
        found = [text[:90] for text in texts if never.search(text)]
        assert not found, f"{word}: say {better}"
