"""One's own browsers and logins: seen, recognised, ended."""

import pytest
from hypothesis import given, strategies as st

from cast import new_code
from ebok.accounts.models import SignIn
from ebok.accounts.texts import device, network
from visitor import PASSWORD, Visitor


def sessions(somebody):
    return somebody.visitor.get("/api/sessions")["sessions"]


@pytest.mark.shows("P64", "V7.5.2")
def test_own_browsers_are_listed_and_ended_one_by_one(anna, bartek, office):
    with Visitor(office) as phone:
        phone.log_in(anna.customer.code, PASSWORD)
        here, there = sorted(sessions(anna), key=lambda session: not session["is_this"])
        assert here["device"] == "Firefox, Android"
        third = int(anna.visitor.source.split(":")[2], 16)
        assert here["network"] == f"2001:db8:{third:x}:…"
        assert not there["is_this"]
        bartek.visitor.delete(f"/api/sessions/{there['id']}", 404)
        anna.visitor.delete(f"/api/sessions/{there['id']}")
        phone.get("/api/my-data", 401)
    assert [session["id"] for session in sessions(anna)] == [here["id"]]


@pytest.mark.shows("V7.5.2")
def test_everywhere_else_is_one_click(anna, office):
    with Visitor(office) as one, Visitor(office) as two:
        for other in (one, two):
            other.log_in(anna.customer.code, PASSWORD)
        anna.visitor.delete("/api/sessions")
        for other in (one, two):
            other.get("/api/my-data", 401)
    assert len(sessions(anna)) == 1


def test_browser_keeps_its_name_when_the_password_is_changed(anna):
    new = f"{PASSWORD}-nowe"
    anna.visitor.put("/api/account/password", current_password=PASSWORD, new_password=new)
    assert [session["device"] for session in sessions(anna)] == ["Firefox, Android"]


@pytest.mark.shows("P64", "V16.3.1")
def test_right_and_wrong_logins_are_told(anna, other_visitor):
    other_visitor.log_in(anna.customer.code, "nie to", 401)
    told = anna.visitor.get("/api/sign-ins")["sign_ins"]
    assert [sign_in["outcome"] for sign_in in told] == ["wrong", "in"]
    assert told[1]["device"] == "Firefox, Android"


def test_a_flood_of_wrong_logins_leaves_fifty_rows_a_day(anna, office):
    for _ in range(6):
        with Visitor(office) as stranger:
            for _ in range(9):
                stranger.log_in(anna.customer.code, "nie to", 401)
    mine = SignIn.account == anna.account
    assert SignIn.select().where(mine, SignIn.outcome == "wrong").count() == 50
    before = SignIn.select().count()
    other = new_code()
    with Visitor(office) as stranger:
        stranger.log_in(other, "nie to", 401)
    assert SignIn.select().count() == before


def test_devices_are_told_by_names_alone():
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36"
    assert device(chrome) == "Chrome, Windows"
    assert device(f"{chrome} Edg/140.0") == "Edge, Windows"
    assert device("curl/8") == ""
    assert network("83.12.45.7") == "83.12.45.…"
    assert network("2001:db8:77:1::/64") == "2001:db8:77:…"


@given(st.ip_addresses().map(str))
def test_network_never_holds_the_whole_address(address):
    assert network(address) != address
    assert network(address).endswith("…")


@given(st.text())
def test_device_is_of_the_table(agent):
    assert len(device(agent)) < 40
