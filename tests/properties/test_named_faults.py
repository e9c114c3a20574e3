"""What the log says of a fault is ours, whatever the database, the system or a customer said."""

import errno
import os
import re

import psycopg
import pytest
from hypothesis import given, strategies as some
from peewee import DataError, IntegrityError, InternalError, OperationalError

from ebok.database.outages import KINDS, named
from ebok.mail.models import Mail
from properties.texts import SHORT
from rules.test_house import all_tables

SAID = re.compile(r"(?:fault='([^']*)' )?(?:table=(\w+) )?class=(\w+)")
NAMES = {name for name, _words, _states in KINDS} | {"disk is full"}
NAMES |= {os.strerror(code).lower() for code in errno.errorcode}
CLASSES = (OperationalError, IntegrityError, DataError, InternalError, ValueError, KeyError)
NAMED = some.sampled_from(("Kowalska SET", "mail SET", "anna_kowalska", '"invoice" SET'))
STATES = ("23505", "53100", "25006", "Kowalska")


def faults():
    """Faults of every kind, whose words are anybody's."""
    plain = some.builds(lambda kind, text: kind(text), some.sampled_from(CLASSES), SHORT)
    system = some.builds(lambda code, text: OSError(code, text, text), some.integers(0, 200), SHORT)
    postgres = some.builds(psycopg.errors.UniqueViolation, SHORT)
    return plain | system | postgres


@pytest.mark.shows("P118")
@given(faults(), faults() | some.none(), SHORT | NAMED, some.sampled_from(STATES))
def test_nothing_of_what_was_said_is_logged(fault, cause, statement, state):
    fault.__cause__, fault.sqlstate = cause, state
    fault.add_note(f"UPDATE {statement}")
    told = SAID.fullmatch(named(fault))
    assert told, named(fault)
    assert told[1] is None or told[1] in NAMES
    assert told[2] is None or told[2] in {table._meta.table_name for table in all_tables()}
    assert told[3] == type(fault).__name__


@given(SHORT)
def test_table_is_told_and_no_value(text):
    fault = OperationalError(f"database is locked: {text}")
    fault.add_note(f'UPDATE "mail" SET fault = {text!r}')
    assert Mail._meta.table_name == "mail"
    assert named(fault) == "fault='locked' table=mail class=OperationalError"
