"""What `ebok doctor` refuses in a real office, and what the commands keep from others."""

import re
import secrets
from pathlib import Path

import pytest

from command import Bounds
from ebok import settings
from ebok.settings.rules import SAMPLE_KEY

pytestmark = pytest.mark.shows("P109", "T9.7")

ROOT = Path(__file__).parents[2]
REAL = {
    "EBOK_BASE_URL": "https://ebok.zwik-zielona.example",
    "EBOK_SECRET_KEY": "fM3s8pQx1ZtW7vKe5LrN9yCjHb2aUg6D0oIiXwTnRkP4",
    "EBOK_MAIL_USE_TLS": "true",
    "EBOK_UTILITY_NAME": "ZWiK Zielona",
    "EBOK_UTILITY_COMPANY_NAME": "ZWiK Zielona sp. z o.o.",
    "EBOK_UTILITY_CITY": "Zielona",
    "EBOK_UTILITY_PHONE": "68 000 12 34",
    "EBOK_UTILITY_EMAIL": "biuro@zwik-zielona.example",
    "EBOK_UTILITY_NIP": "5260250274",
    "EBOK_UTILITY_BANK_ACCOUNT": "PL27114020040000300201355387",
    "EBOK_UTILITY_ACCOUNT_MASK": "114020040000",
}
OURS = Bounds(checks=("secret_key", "in_the_clear", "utility", "permissions"))
KEYS = [
    "a" * 40,
    "0123456789" * 4,
    "changemechangemechangemechangeme",
    "a secret of the office, longer than thirty-two characters",
    "correct horse battery staple water pipes",
]


def examined(office, **changed) -> list[str]:
    """Findings of the hardening checks with these settings."""
    given, office.environment = office.environment, office.environment | REAL | changed
    try:
        told = office.run("doctor", check=False, bounds=OURS)
    finally:
        office.environment = given
    return re.findall(r"^((?:WRONG|LOOK AT): .+)$", told.stderr, re.M)


def test_real_office_passes(office):
    assert examined(office) == []


@pytest.mark.parametrize("key", KEYS)
def test_key_that_can_be_guessed_is_told(office, key):
    [told] = examined(office, EBOK_SECRET_KEY=key)
    assert told.startswith("WRONG: secret_key")
    assert key not in told


@pytest.mark.parametrize("length", [24, 32, 48, 64])
def test_key_that_is_random_passes(office, length):
    assert examined(office, EBOK_SECRET_KEY=secrets.token_urlsafe(length)) == []


@pytest.mark.shows("V13.2.3")
def test_sample_key_stops_the_start(tmp_path):
    told = re.search(r'^secret_key = "(.+)"$', (ROOT / "docs/settings.md").read_text(), re.M)[1]
    assert told == SAMPLE_KEY
    given = {**REAL, "EBOK_SECRET_KEY": told, "EBOK_DATA_DIR": str(tmp_path)}
    given |= {"EBOK_MAIL_SERVER": "relay.example", "EBOK_MAIL_DEFAULT_SENDER": "a@relay.example"}
    with pytest.raises(settings.WrongSettings) as wrong:
        settings.load(given)
    assert [fault.partition(":")[0] for fault in wrong.value.faults] == ["secret_key"]


@pytest.mark.shows("V12.2.1")
def test_public_office_in_the_clear_is_told(office):
    [told] = examined(office, EBOK_BASE_URL="http://ebok.zwik-zielona.example")
    assert "base_url begins with http" in told


@pytest.mark.shows("V12.3.1")
def test_mail_in_the_clear_is_told(office):
    away = {"EBOK_MAIL_USE_TLS": "false", "EBOK_MAIL_SERVER": "127.0.0.2"}
    [told] = examined(office, **away)
    assert "127.0.0.2 without TLS" in told
    assert examined(office, EBOK_MAIL_USE_TLS="false") == []
    assert examined(office, **away, EBOK_MAIL_TLS_AT_ONCE="true") == []


def test_data_of_the_sample_are_told_by_name(office):
    sample = settings.Utility()
    told = examined(office, EBOK_UTILITY_NIP=sample.nip, EBOK_UTILITY_PHONE=sample.phone)
    assert len(told) == 1
    assert told[0].endswith("sample: phone, nip.")


def test_missing_mask_is_told_and_is_no_fault(office):
    [told] = examined(office, EBOK_UTILITY_ACCOUNT_MASK="")
    assert told.startswith("LOOK AT: utility: account_mask")


@pytest.mark.shows("V13.3.2")
@pytest.mark.parametrize("mode", [0o755, 0o750, 0o711, 0o701])
def test_folder_that_others_can_enter_is_told(office, mode):
    office.data_dir.chmod(mode)
    try:
        [told] = examined(office)
    finally:
        office.data_dir.chmod(0o700)
    assert f"can read {office.data_dir}." in told


@pytest.mark.shows("V13.3.1")
def test_settings_that_anybody_can_read_are_told(office, tmp_path):
    config = tmp_path / "ebok.toml"
    config.write_text("")
    config.chmod(0o644)
    [told] = examined(office, EBOK_CONFIG=str(config))
    assert f"can read {config}." in told
    config.chmod(0o640)
    assert examined(office, EBOK_CONFIG=str(config)) == []


@pytest.mark.shows("V13.3.2")
def test_what_the_office_makes_is_its_own_to_read(tmp_path, office):
    """Whatever mask of permissions it was started with."""
    database = tmp_path / "new" / "ebok.sqlite3"
    given, office.environment = (
        office.environment,
        {
            **office.environment,
            "EBOK_DATA_DIR": str(tmp_path / "new"),
            "EBOK_DATABASE_URL": f"sqlite:///{database}",
        },
    )
    try:
        office.run("init")
    finally:
        office.environment = given
    made = [tmp_path / "new", *(tmp_path / "new").rglob("*")]
    assert database in made
    assert all(path.stat().st_mode & 0o077 == 0 for path in made)
