"""`ebok export`: billing learns of each change once, whatever dies on the way."""

import csv
import io
import json
import os
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

from cast import new_account, new_code, new_customer, new_email, today
from command import run_ebok
from ebok import database, settings
from ebok.accounts import operations as accounts, operations_contacts as contacts
from ebok.actor import customer, staff
from ebok.app import create_core
from ebok.consents import operations as consents
from ebok.consents.models import E_INVOICE
from ebok.database import now, transaction
from ebok.exports import operations_files as files
from ebok.exports.commands import export
from ebok.exports.models import Batch, Outgoing
from ebok.exports.operations import queue_change
from office import SECRET


@pytest.fixture
def environment(database_url, tmp_path):
    return {
        "PATH": os.environ["PATH"],
        "EBOK_DATABASE_URL": database_url,
        "EBOK_DATA_DIR": str(tmp_path),
        "EBOK_SECRET_KEY": SECRET,
    }


@pytest.fixture
def app(environment):
    app = create_core(settings.load(environment))
    with app.app_context(), database.connection():
        yield app
    database.database.close_all()


@pytest.fixture
def run(environment):
    """Run `ebok export …` in a process of its own; its rows and what it said."""

    def run_(*arguments, expect=0):
        done = run_ebok(environment, "export", *map(str, arguments))
        assert done.returncode == expect, done.stderr
        return rows(done.stdout), done.stderr

    return run_


def rows(content: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff")), delimiter=";"))


def give(account, given=True):
    with transaction():
        consents.record(customer(account.id), account, E_INVOICE, given, "hash", "my-data")


@pytest.mark.shows("P92")
@pytest.mark.dialect
def test_each_change_leaves_once_and_again_when_it_is_asked_for(app, run):
    account = new_account(new_customer(), "x")
    give(account)
    [row], told = run("consents")
    assert (row["customer_code"], row["given"]) == (account.customer_code, "yes")
    assert "1 changes, batch" in told
    assert run("consents")[0] == []
    assert run("consents", "--again")[0] == [row]
    assert run("consents", "--since", today() - timedelta(days=1))[0] == [row]
    assert run("consents", "--since", today() + timedelta(days=2))[0] == []
    give(account, given=False)
    [later], _ = run("consents")
    assert later["given"] == "no"
    assert int(later["batch"]) > int(row["batch"])
    assert run("consents", "--again", "--since", "2026-01-01", expect=2)[0] == []


@pytest.mark.dialect
def test_consent_waits_for_the_paper_notice(app, run):
    account = new_account(new_customer(), "x", needs_paper_notice=True)
    give(account)
    assert run("consents")[0] == []
    moment = now() - timedelta(days=8)
    Outgoing.update(effective_at=moment).execute()
    assert [row["given"] for row in run("consents")[0]] == ["yes"]


@pytest.mark.shows("T1.8")
@pytest.mark.dialect
def test_consent_withdrawn_before_it_took_effect_is_never_told_as_given(app, run):
    account = new_account(new_customer(), "x", needs_paper_notice=True)
    give(account)
    give(account, given=False)
    Outgoing.update(effective_at=now() - timedelta(days=1)).execute()
    assert [row["given"] for row in run("consents")[0]] == ["no"]


@pytest.mark.shows("T1.8")
@pytest.mark.dialect
def test_frozen_accounts_consents_and_addresses_wait_for_the_thaw(app, run):
    account = new_account(new_customer(), "x")
    give(account)
    accounts.freeze_by_clerk(staff("dorota"), account.customer_code)
    assert run("consents")[0] == []
    assert [row["event"] for row in run("accounts")[0]] == ["frozen"]
    accounts.unfreeze(staff("dorota"), account.customer_code)
    assert [row["given"] for row in run("consents")[0]] == ["yes"]
    assert [row["event"] for row in run("accounts")[0]] == ["thawed"]


@pytest.mark.dialect
def test_export_that_died_is_repeated_whole_under_its_own_number(app, run):
    account = new_account(new_customer(), "x")
    give(account)
    died = files.next_batch("consents")
    give(account, given=False)
    repeated, _ = run("consents")
    assert [(row["batch"], row["given"]) for row in repeated] == [(str(died.id), "yes")]
    assert [row["given"] for row in run("consents")[0]] == ["no"]


def test_file_that_cannot_be_written_takes_no_change_along(app, run, tmp_path):
    give(new_account(new_customer(), "x"))
    assert "cannot write" in run("consents", "--output", tmp_path / "no" / "x.csv", expect=1)[1]
    full = run("consents", "--output", "/dev/full", expect=1)[1]
    assert "is there already" in full
    file = tmp_path / "consents.csv"
    run("consents", "--output", file)
    assert len(rows(file.read_text())) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert "has billing fetched it" in run("consents", "--output", file, expect=1)[1]


def test_json_has_the_same_facts_with_truth_values(app, run, environment):
    account = new_account(new_customer(), "x", email=new_email(), phone="+48600000123")
    with transaction():
        accounts.tell_contacts(account, "phone")
    done = run_ebok(environment, "export", "contacts", "--format", "json")
    answer = json.loads(done.stdout)
    [change] = answer["changes"]
    assert answer["feed"] == "contacts"
    assert change["phone"] == "+48600000123"
    assert change["paper_again"] is False
    assert change["email"] == account.email


@pytest.mark.dialect
def test_address_that_bounces_asks_for_paper_once_and_at_once(app, run):
    account = new_account(new_customer(), "x", needs_paper_notice=True)
    for _ in range(2):
        with transaction():
            contacts.note_bounce(account)
    [row] = run("contacts")[0]
    assert (row["event"], row["paper_again"], row["email"]) == ("bounced", "yes", account.email)


def test_a_feed_has_its_columns_and_no_others(app):
    with pytest.raises(ValueError, match="no column colour"):
        queue_change("contacts", 1, new_code(), {"colour": "blue"})
    assert Batch.select().count() == 0


def test_help_names_the_feeds():
    told = CliRunner().invoke(export, ["--help"]).output
    assert "accounts|consents|contacts" in told


@pytest.mark.shows("T13.9")
@given(st.text())
def test_no_cell_is_a_formula(text):
    made = files.cell(text)
    assert made in (text, f"'{text}")
    assert not made.startswith(("=", "-", "@", "\t", "\r"))
    assert not made.startswith("+") or made[1:].isdigit()
