"""*Zużycie i koszt* and *Czy to od nas?* for who hears them, and for who has only a keyboard."""

import re

import pytest
from playwright.sync_api import expect

from consumption.bills import bill, months_to
from journeys.scenes_use import someone_inside
from journeys.test_keyboard import tab_to, type_into

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("kind", ["sqlite"], indirect=True)]


def test_chart_is_heard_as_a_sentence_and_a_table_and_switched_by_keyboard(office, open_page):
    page = open_page(office.base_url)
    customer = someone_inside(page, office)
    for place, days in enumerate(months_to(2026, 10, 24)):
        bill(customer.code, days, 8 + place // 12, gross_grosze=10_000 + place)
    page.goto(f"{office.base_url}/zuzycie")
    expect(page.locator(".chart")).to_match_aria_snapshot("""
        - figure:
          - status: /W październiku 9 m³, o jeden więcej niż rok temu\\. Przez cały rok 108 m³/
          - group "Co pokazuje wykres":
            - radio "zużycie, w m³" [checked]
            - radio "koszt, w zł"
          - list:
            - listitem: ostatnie 12 miesięcy
            - listitem: rok wcześniej
          - img /W październiku 9 m³/
          - group: Pokaż jako tabelę
    """)
    tab_to(page, "[name=use-unit]")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chart__finding")).to_contain_text("W październiku 100,23 zł")
    expect(page.locator(".lines__now").first).to_have_text("100")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Koszt w złotych")).to_be_visible()
    expect(page.get_by_role("row").last).to_have_text(
        re.compile("październik 2026 ?100,23 ?100,11")
    )


def test_question_is_asked_and_answered_by_keyboard_alone(office, open_page):
    page = open_page(f"{office.base_url}/czy-to-od-nas")
    tab_to(page, "[name=what]")
    page.keyboard.press("ArrowDown")
    type_into(page, "#number", "FV/1")
    type_into(page, "#amount", "dużo")
    page.keyboard.press("Enter")
    expect(page.locator("[data-faults]")).to_be_focused()
    tab_to(page, "[data-faults] a")
    page.keyboard.press("Enter")
    expect(page.locator("#amount")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Control+a")
    page.keyboard.type("145,69")
    page.keyboard.press("Enter")
    answer = page.get_by_role("region", name="Nie znamy tego")
    expect(answer).to_be_focused()
    expect(answer).to_contain_text("8080")
    tab_to(page, "[data-panel=not-ours] button")
    page.keyboard.press("Enter")
    # What was typed stays, to be put right.
    expect(page.locator("#number")).to_be_focused()
    expect(page.locator("#number")).to_have_value("FV/1")


# A press of Tab that comes right behind the arrow, before any timer: no browser test is that fast.
NEXT_STOP = """async () => {
  document.querySelector("[name=what][value=invoice]").click();
  await Promise.resolve();
  return ["account", "number"].map((id) => document.getElementById(id).checkVisibility());
}"""


def test_fields_of_another_question_are_there_for_a_tab_at_once(office, open_page):
    page = open_page(f"{office.base_url}/czy-to-od-nas")
    expect(page.locator("#account")).to_be_visible()
    assert page.evaluate(NEXT_STOP) == [False, True]
