"""The list of features: whatever it names is there, and whatever is there is named."""

from collections.abc import Iterator
from importlib import import_module

import click
import pytest
from flask import Blueprint

from ebok import features, parts
from ebok.doctor import Checkup
from ebok.jobs import Job, Retention, Watch
from ebok.mail.kinds import Letter, letters
from ebok.mail.retrying import Look
from ebok.mail.undelivered import Listener
from ebok.pdf.service import Archive
from rules.test_layout import FILES, feature_of

KINDS = {
    "letters": Letter,
    "jobs": Job,
    "retention": Retention,
    "watches": Watch,
    "checks": Checkup,
    "archives": Archive,
    "failures": Listener,
    "retries": Look,
}
PLACES = {Letter: "letters", Job: "jobs", Retention: "jobs", Watch: "jobs"}
"""Which file of a feature each stands in."""


def made(kind: type) -> Iterator[tuple[int, str]]:
    """Everything of this kind in any file of the house."""
    for name in FILES.keys() - {"ebok.__main__"}:
        for attribute, value in vars(import_module(name)).items():
            if isinstance(value, kind):
                yield id(value), f"{name}:{attribute}"


def listed(part: str) -> list[tuple[str, str]]:
    """(feature, place) of all that features name."""
    return [(each.name, place) for each in features.FEATURES for place in getattr(each, part)]


def test_every_part_is_known():
    assert set(KINDS) == set(parts.PARTS)


@pytest.mark.parametrize("part", KINDS)
def test_there_is_nothing_that_no_feature_lists(part):
    found = [id(each) for each in parts.every(part, KINDS[part])]
    assert len(set(found)) == len(found) == len(listed(part)) > 0
    unlisted = [place for each, place in made(KINDS[part]) if each not in found]
    assert not unlisted


def test_a_feature_lists_its_own():
    for part in KINDS:
        for name, place in listed(part):
            assert name in (place.partition(":")[0].split(".")[0], "floor"), place


def test_letters_and_jobs_stand_in_the_files_that_are_theirs():
    for part, kind in KINDS.items():
        for _name, place in listed(part):
            module = f"ebok.{place.partition(':')[0]}"
            if feature_of(module) and kind in PLACES:
                assert module.split(".")[2].split("_")[0] == PLACES[kind], place


def test_a_letter_is_named_as_its_kind():
    for _name, place in listed("letters"):
        assert features.find(place).kind == place.partition(":")[2]
    assert len(letters()) == len(listed("letters"))


def test_routes_and_commands_are_where_the_list_says():
    for each in features.FEATURES:
        if each.routes:
            found = features.find(each.routes)
            assert isinstance(found, Blueprint), each.name
            assert found.name == each.name
    for name, place in features.COMMANDS.items():
        found = features.find(place)
        assert isinstance(found, click.Command), place
        assert found.name == name.split()[-1]


def test_who_was_handed_nothing_is_told_so():
    parts._look_up.clear()
    parts._found.cache_clear()
    with pytest.raises(LookupError, match="no parts are registered"):
        letters()
    features.register_parts()


def test_what_stands_under_a_wrong_part_is_refused():
    parts.register_parts(lambda *_asked: [features.find("jobs:Job")])
    with pytest.raises(TypeError, match="is no Letter"):
        letters()
    features.register_parts()
