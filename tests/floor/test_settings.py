"""Settings: every fault is listed at once, and stops the start."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from ebok import settings
from ebok.cli import ebok
from ebok.pages.composed import text
from ebok.settings.office_hours import Hours
from rules.test_docs import commands_of


def faults(tmp_path, toml: str = "", **environment) -> list[str]:
    """What these settings are refused with."""
    path = tmp_path / "ebok.toml"
    path.write_text(toml, "utf-8")
    given = {"EBOK_CONFIG": str(path), "EBOK_DATA_DIR": str(tmp_path / "data"), **environment}
    with pytest.raises(settings.WrongSettings) as wrong:
        settings.load(given)
    return wrong.value.faults


def load(tmp_path, toml: str = "", **environment) -> settings.Settings:
    path = tmp_path / "ebok.toml"
    path.write_text(toml, "utf-8")
    return settings.load(
        {"EBOK_CONFIG": str(path), "EBOK_DATA_DIR": str(tmp_path / "data"), **environment}
    )


def test_environment_wins_over_the_file_and_the_file_over_defaults(tmp_path):
    toml = 'port = 9000\nweb_workers = 3\n[utility]\nname = "Wodociągi Tarnobrzeg"\nphone = "1"'
    chosen = load(
        tmp_path, toml, EBOK_PORT="9001", EBOK_UTILITY_PHONE="15 1", EBOK_LIMITS_CODE_ATTEMPTS="4"
    )
    assert (chosen.port, chosen.web_workers, chosen.web_threads) == (9001, 3, 4)
    assert (chosen.utility.name, chosen.utility.phone) == ("Wodociągi Tarnobrzeg", "15 1")
    assert chosen.limits.code_attempts == 4


def test_hours_and_notices_are_tables(tmp_path):
    toml = '[utility]\nhours = [{days = "pn–pt", hours = "7–15"}]\n'
    toml += '[[notices]]\nwhen = "dziś"\ntitle = "t"\ntext = "x"'
    chosen = load(tmp_path, toml)
    assert chosen.utility.hours == (Hours("pn–pt", "7–15"),)
    assert chosen.notices[0].heed is False


@pytest.mark.parametrize("name", ["base_url", "mail_server", "mail_hello", "alert_relay"])
def test_host_is_written_as_it_is_asked_for(tmp_path, name):
    """Headers, cookies and links hold nothing else, and Python asks for strasse, not straße."""
    urls = {"base_url": "https://{}/Town", "alert_relay": "smtp://ebok:secret@{}"}
    given = {"base_url": "https://ebok.example", **PUBLIC}
    for host, is_taken in (("xn--strae-oqa.example", True), ("straße.example", False)):
        told = {f"EBOK_{n.upper()}": v for n, v in given.items()}
        told[f"EBOK_{name.upper()}"] = urls.get(name, "{}").format(host)
        if is_taken:
            load(tmp_path, **told)
        else:
            (fault,) = faults(tmp_path, **told)
            assert fault.startswith(f"{name}: ")
            assert "secret" not in fault


PUBLIC = {
    "secret_key": "a key that nobody else has, and long enough",
    "mail_server": "relay.example",
    "mail_default_sender": "ebok@ebok.example",
}


def test_all_faults_are_listed_at_once(tmp_path):
    toml = 'port = "many"\ncolour = "blue"\n[utility]\nnip = "123"\nmotto = "x"\n'
    toml += "[limits]\ncode_attempts = -1"
    found = faults(tmp_path, toml, EBOK_WEB_THREADS="two", EBOK_NO_SUCH="1", EBOK_TIMEZONE="Mars")
    for told in ("port", "colour", "utility.nip", "utility.motto", "limits.code_attempts"):
        assert any(fault.startswith(told) for fault in found), (told, found)
    for told in ("web_threads", "EBOK_NO_SUCH", "timezone"):
        assert any(fault.startswith(told) for fault in found), (told, found)


def test_production_needs_a_secret_and_a_mail_server(tmp_path):
    found = faults(tmp_path, EBOK_BASE_URL="https://ebok.example.pl/Tarnobrzeg")
    assert [fault.split(":")[0] for fault in found] == [
        "secret_key",
        "mail_server",
        "mail_default_sender",
    ]


@pytest.mark.shows("V6.3.2")
def test_demo_shows_every_mail_and_so_stays_on_loopback(tmp_path):
    assert any(
        f.startswith("demo") for f in faults(tmp_path, EBOK_DEMO="true", EBOK_HOST="0.0.0.0")
    )


def test_data_directory_must_be_writable(tmp_path):
    (tmp_path / "file").touch()
    assert any(
        f.startswith("data_dir")
        for f in faults(tmp_path, EBOK_DATA_DIR=str(tmp_path / "file" / "x"))
    )


@pytest.mark.parametrize("name", ["EBOK_DATA_DIR", "EBOK_SESSION_HOURS", "EBOK_WEB_WORKERS"])
def test_nothing_and_nought_are_no_settings(tmp_path, monkeypatch, name):
    # An empty name leaves the usual folder, which would be made in the clone.
    monkeypatch.chdir(tmp_path)
    value = "" if name == "EBOK_DATA_DIR" else "0"
    setting = name.removeprefix("EBOK_").lower()
    assert any(fault.startswith(setting) for fault in faults(tmp_path, **{name: value}))


def test_file_that_cannot_be_read_is_a_fault(tmp_path):
    assert any("EBOK_CONFIG" in fault for fault in faults(tmp_path, "port = ["))


def test_first_local_run_makes_a_secret_and_keeps_it(tmp_path):
    first, second = load(tmp_path), load(tmp_path)
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_secrets_do_not_show_when_settings_are_printed(tmp_path):
    shown = repr(load(tmp_path, EBOK_SECRET_KEY="s" * 40, EBOK_MAIL_PASSWORD="mailpass"))
    assert "s" * 40 not in shown
    assert "mailpass" not in shown


@pytest.mark.parametrize(
    "url", ["ftp://x", "ebok.example.pl", "https://x/?q=1", "", "http://[", "http://localhost:x"]
)
def test_base_url_must_be_an_address(tmp_path, url):
    assert any(f.startswith("base_url") for f in faults(tmp_path, EBOK_BASE_URL=url))


def test_every_command_has_help():
    names = [command.name for command in commands_of(ebok)]
    assert {"serve", "import", "accounts", "demo"} <= set(names)
    listed = CliRunner().invoke(ebok, ["--help"]).output.partition("Commands:")[2].split()
    assert set(names) <= set(listed)
    for words in (["--help"], *([name, "--help"] for name in names)):
        done = CliRunner().invoke(ebok, words)
        assert done.exit_code == 0
        assert len(done.output.splitlines()) > 3


def test_payment_operator_is_set_whole_and_reached_over_https(tmp_path):
    secret = "nobody-may-read-this"
    away = {"EBOK_BASE_URL": "https://ebok.example.pl", "EBOK_IMOJE_ADDRESS": "http://pay.example"}
    found = faults(tmp_path, EBOK_IMOJE_SERVICE_KEY=secret, **away)
    told = [fault for fault in found if fault.startswith("imoje")]
    assert [fault.split(":")[0] for fault in told] == ["imoje", "imoje.address"]
    found = faults(tmp_path, f'[imoje]\nservice_key = ["{secret}"]')
    assert secret not in " ".join(found)
    assert not load(tmp_path).imoje.is_on


def test_mask_of_accounts_has_twelve_digits(tmp_path):
    assert faults(tmp_path, EBOK_UTILITY_ACCOUNT_MASK="1090")[0].startswith("utility.account_mask")
    assert load(tmp_path, EBOK_UTILITY_ACCOUNT_MASK="109010140000").utility.account_mask


def test_accessibility_statement_tells_the_days_that_are_set_and_none_ahead(tmp_path):
    ahead = str(datetime.now(UTC).date() + timedelta(days=3))
    found = faults(tmp_path, EBOK_UTILITY_ACCESSIBILITY_UPDATED_ON=ahead)
    assert found == ["utility.accessibility_updated_on: must not be in the future"]
    chosen = load(tmp_path, EBOK_UTILITY_ACCESSIBILITY_PUBLISHED_ON="2026-04-30")
    for lang, day in (("pl", "30\xa0kwietnia 2026"), ("en", "30\xa0April 2026"), ("uk", "квітня")):
        told = text("deklaracja-dostepnosci", lang, chosen)
        assert '<time id="a11y-data-publikacja" datetime="2026-04-30">' in told
        assert day in told


EXAMPLES = {
    "": "39-29001",
    r"\d{2}-\d{5}": "39-29001",
    r"K\d{3}/\d": "K123/4",
    r"[A-Z]{2}\d{6}": "AA123456",
    r"(?:TB|RZ)-[0-9]{5}": "TB-12345",
    r"[^a-z\s][\w.]*": "123456",
    r"\D\d+?": "A12345",
}


@pytest.mark.parametrize("pattern", EXAMPLES)
def test_example_of_a_customer_code_follows_the_pattern(tmp_path, pattern):
    own = {"EBOK_CUSTOMER_CODE_PATTERN": pattern} if pattern else {}
    assert load(tmp_path, **own).example_code == EXAMPLES[pattern]


def test_example_of_a_customer_code_can_be_given_if_it_is_one(tmp_path):
    own = {"EBOK_CUSTOMER_CODE_PATTERN": r"(\d)\1{4}"}
    unlike = ["customer_code_example: expected a code that customer_code_pattern matches"]
    assert faults(tmp_path, **own) == unlike
    assert faults(tmp_path, EBOK_CUSTOMER_CODE_EXAMPLE="12345", **own) == unlike
    assert load(tmp_path, EBOK_CUSTOMER_CODE_EXAMPLE="77777", **own).example_code == "77777"
