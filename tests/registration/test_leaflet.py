"""The printed leaflet leads people word by word: its labels stand on the Polish pages, verbatim.

Product.md, chapter 1: what of it is words and form is looked at here, in the pages as they are
served; what is a deed has a test of its own.
"""

import re
import shutil

import html5lib
import pytest

from cast import new_account, new_customer
from ebok.app import create_app
from ebok.database import connection, database
from ebok.settings import load
from visitor import PASSWORD

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
LEAFLET = {
    "/rejestracja": ["Kod klienta", "E-mail", "Kod z obrazka"],
    "/rejestracja/potwierdzenie": [
        "Login",
        "E-mail",
        "Kod jednorazowy",
        "Osoba fizyczna",
        "Firma",
        "Nazwa nabywcy",
        "NIP",
        "Nr faktury",
        "Kwota brutto",
        "Chcę otrzymywać faktury w postaci elektronicznej: TAK",
        "Akceptuję politykę prywatności",
        "Akceptuję regulamin e-BOK",
        "Telefon komórkowy",
        "nie mam telefonu komórkowego",
    ],
    "/logowanie": ["Kod klienta", "Hasło"],
    "/nie-pamietam-hasla": ["Kod klienta", "E-mail"],
    "/zmiana-hasla": ["Obecne hasło", "Nowe hasło"],
    "/nowe-haslo": ["Nowe hasło"],
}
BUTTONS = {
    "/rejestracja": {"Nowy obrazek", "Odsłuchaj kod", "Potwierdź"},
    "/rejestracja/potwierdzenie": {
        "Wyślij kod ponownie",
        "Poproś biuro o sprawdzenie",
        "Potwierdź",
    },
    "/logowanie": {"Pokaż hasło", "Zaloguj się"},
    "/zmiana-hasla": {"Pokaż hasło", "Zmień hasło", "Wyloguj"},
    "/start": {"Wyloguj"},
}
# Standards, section 6: what password managers and phones know by these words.
FILLED_IN = {
    "/rejestracja": {"email": "email", "customer_code": "off", "captcha_answer": "off"},
    "/rejestracja/potwierdzenie": {
        "login": "username",
        "email": "email",
        "code": "one-time-code",
        "buyer": "name",
        "nip": "off",
        "number": "off",
        "amount": "off",
        "phone": "tel",
    },
    "/logowanie": {"customer_code": "username", "password": "current-password"},
    "/zmiana-hasla": {"current_password": "current-password", "new_password": "new-password"},
    "/nowe-haslo": {"new_password": "new-password"},
}
TABS = ["Start", "Faktury", "Płatności", "Zużycie", "Moje dane", "Pomoc", "Więcej"]


OFFICIAL = re.split(
    r"\s+",
    "wstep podmiot zakres url data-publikacja data-aktualizacja status kontakt email telefon"
    " procedura data-sporzadzenie architektura komunikacja",
)
NOTICE = '[[notices]]\nwhen = "24 listopada"\ntitle = "Przerwa w dostawie"\ntext = "Beczkowóz"\n'
INSIDE = ("/zmiana-hasla", "/start")


@pytest.fixture(scope="module")
def page(tmp_path_factory, migrated_sqlite):
    """Ask for a page in a language, as a stranger or as Anna; it comes parsed."""
    path = tmp_path_factory.mktemp("leaflet")
    shutil.copy(migrated_sqlite, path / "ebok.sqlite3")
    (path / "ebok.toml").write_text(NOTICE, "utf-8")
    app = create_app(load({"EBOK_DATA_DIR": str(path), "EBOK_CONFIG": str(path / "ebok.toml")}))
    stranger, anna = app.test_client(), app.test_client()
    _log_in(anna)
    yield lambda address, language="pl": html5lib.parse(
        (anna if address in INSIDE else stranger).get(f"{address}?lang={language}").data
    )
    database.close_all()


def _log_in(client) -> None:
    with connection():
        customer = new_customer()
        new_account(customer, PASSWORD)
    token = client.get("/api/session").json["session"]["csrf_token"]
    typed = {"customer_code": customer.code, "password": PASSWORD}
    answer = client.post("/api/session", json=typed, headers={"X-CSRFToken": token})
    assert answer.status_code == 201


def every(node, tag, **attributes) -> list:
    wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return [
        found
        for found in node.iter(NAMESPACE + tag)
        if all(found.get(key) == value for key, value in wanted.items())
    ]


def words(node) -> str:
    return " ".join("".join(node.itertext()).replace("\u00a0", " ").split())


def labels(document) -> str:
    return " | ".join(words(label) for label in every(document, "label"))


@pytest.mark.parametrize("address", LEAFLET)
def test_labels_are_those_of_the_leaflet(page, address):
    shown = labels(page(address))
    for label in LEAFLET[address]:
        assert label in shown, shown


@pytest.mark.shows("V7.4.4")
@pytest.mark.parametrize("address", BUTTONS)
def test_buttons_are_those_of_the_leaflet(page, address):
    shown = {words(button) for button in every(page(address), "button")}
    assert BUTTONS[address] <= shown


def test_start_page_has_the_two_doors_and_the_bigger_one_is_for_newcomers(page):
    doors = [a for a in every(page("/"), "a") if "button--grand" in a.get("class", "")]
    assert [(words(a), a.get("href")) for a in doors] == [
        ("Rejestracja", "/rejestracja"),
        ("Zaloguj się", "/logowanie"),
    ]
    assert "button--quiet" not in doors[0].get("class")
    assert "button--quiet" in doors[1].get("class")


def test_start_page_says_what_to_have_at_hand(page):
    (bring,) = every(page("/"), "section", aria_labelledby="bring")
    for thing in ("Adres e-mail", "Kod klienta", "39-29001", "ostatnich faktur"):
        assert thing in words(bring), words(bring)


def test_start_page_has_notices_phone_hours_and_the_four_texts(page):
    document = page("/")
    shown = words(document)
    for told in ("Przerwa w dostawie", "24 listopada", "Beczkowóz", "15 000 12 34", "7.30–17.00"):
        assert told in shown, told
    links = {a.get("href"): words(a) for a in every(document, "a")}
    assert links["/pomoc"] == "Pomoc"
    assert links["/regulamin"] == "Regulamin"
    assert links["/polityka-prywatnosci"] == "Polityka prywatności"
    assert links["/deklaracja-dostepnosci"] == "Deklaracja dostępności"


@pytest.mark.parametrize(
    ("address", "now"),
    [("/rejestracja", 0), ("/rejestracja/potwierdzenie", 1), ("/rejestracja/gotowe", 2)],
)
def test_wizard_names_its_stages_and_does_not_number_them(page, address, now):
    (stages,) = every(page(address), "ol")[:1]
    names = [words(item).partition(",")[0] for item in every(stages, "li")]
    assert names == ["Twoje dane", "Potwierdzenie", "Pierwsze logowanie"]
    assert [item.get("aria-current") for item in every(stages, "li")].index("step") == now
    assert not any(character.isdigit() for character in words(stages))


def test_login_and_email_are_shown_and_cannot_be_typed_over(page):
    document = page("/rejestracja/potwierdzenie")
    (login,) = every(document, "input", id="login")
    (email,) = every(document, "textarea", id="email")
    assert "readonly" in login.attrib
    assert "readonly" in email.attrib


def test_hint_at_the_buyer_is_the_leaflets(page):
    hints = [words(p) for p in every(page("/rejestracja/potwierdzenie"), "p", id="buyer-hint")]
    assert hints == ["Imię Nazwisko / Nazwa, jak na fakturze"]


def test_consents_are_two_boxes_not_ticked_beforehand_each_with_its_text(page):
    boxes = every(page("/rejestracja/potwierdzenie"), "input", type="checkbox")
    assert [box.get("name") for box in boxes] == ["e_invoice", "privacy", "terms", "no_phone"]
    assert not any("checked" in box.attrib for box in boxes)
    document, links = page("/rejestracja/potwierdzenie"), {}
    for label in every(document, "label"):
        for a in every(label, "a"):
            links[every(label, "input")[0].get("name")] = a.get("href")
    assert links == {"privacy": "/polityka-prywatnosci", "terms": "/regulamin"}
    radios = every(document, "input", type="radio")
    assert [radio.get("value") for radio in radios] == ["person", "company"]
    assert not any("checked" in radio.attrib for radio in radios)


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/rejestracja", {"customer_code": "customer"}),
        (
            "/rejestracja/potwierdzenie",
            {"buyer": "buyer", "nip": "tax", "number": "number", "amount": "amount"},
        ),
    ],
)
def test_where_to_find_it_stands_beside_each_field_of_the_invoice(page, address, fields):
    document = page(address)
    for name, place in fields.items():
        (field,) = every(document, "div", data_field=name)
        (opened,) = every(field, "details")
        assert words(every(opened, "summary")[0]).startswith("Gdzie to znajdę?")
        pictures = every(opened, "img")
        assert pictures[0].get("src").endswith(f"#{place}")
        assert all(picture.get("alt") for picture in pictures)


@pytest.mark.shows("V6.2.7")
@pytest.mark.parametrize("address", FILLED_IN)
def test_phones_and_password_managers_know_what_each_field_is(page, address):
    document = page(address)
    fields = [*every(document, "input"), *every(document, "textarea")]
    told = {field.get("name"): field.get("autocomplete") for field in fields}
    assert FILLED_IN[address].items() <= told.items()
    # Pasting is nobody's to forbid.
    assert not any(key.startswith(("onpaste", "@paste")) for f in fields for key in f.attrib)


@pytest.mark.shows("V6.2.6")
@pytest.mark.parametrize("address", ["/logowanie", "/zmiana-hasla", "/nowe-haslo"])
def test_every_password_is_hidden_and_can_be_shown(page, address):
    document = page(address)
    secrets = [div for div in every(document, "div") if div.get("class") == "secret"]
    hidden = every(document, "input", type="password")
    assert len(secrets) == len(hidden) > 0
    for secret in secrets:
        assert [words(button) for button in every(secret, "button")] == ["Pokaż hasło"]
        assert every(secret, "input")[0].get("type") == "password"


@pytest.mark.shows("V6.2.1")
def test_new_password_is_typed_once_and_its_rules_are_listed(page):
    for address in ("/zmiana-hasla", "/nowe-haslo"):
        document = page(address)
        assert len(every(document, "input", autocomplete="new-password")) == 1
        rules = {li.get("data-rule") for li in every(document, "li")} - {None}
        assert rules == {"long", "mixed", "short", "code", "name"}
        assert "15 znaków" in words(document)


def test_way_to_a_new_password_has_no_puzzle(page):
    document = page("/nie-pamietam-hasla")
    assert [field.get("name") for field in every(document, "input")] == ["customer_code", "email"]
    assert not every(document, "img", **{"class": "captcha__picture"})


def test_start_has_the_tabs_and_leads_to_a_change_of_password(page):
    document = page("/start")
    (tabs,) = [nav for nav in every(document, "nav") if nav.get("class") == "places"]
    assert [words(li) for li in every(tabs, "li")] == TABS
    main = next(document.iter(NAMESPACE + "main"))
    assert "/zmiana-hasla" in [a.get("href") for a in every(main, "a")]
    assert "Zmiana hasła" in words(main)


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_help_explains_every_step_and_the_statement_has_its_official_places(page, language):
    steps = every(page("/pomoc", language), "ol")
    assert any(len(every(ol, "li")) >= 4 for ol in steps)
    ids = {node.get("id") for node in page("/deklaracja-dostepnosci", language).iter()}
    assert {f"a11y-{place}" for place in OFFICIAL} <= ids


def test_every_page_leads_to_help_and_the_three_texts(page):
    texts = {"/pomoc", "/regulamin", "/polityka-prywatnosci", "/deklaracja-dostepnosci"}
    for address in (*LEAFLET, "/", "/start", "/pomoc"):
        assert texts <= {a.get("href") for a in every(page(address), "a")}, address
