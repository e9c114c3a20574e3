"""Checks against insecure configuration: guessable keys, readable files, traffic in the clear.

An installation on loopback is checked for its file permissions only.
"""

import stat
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from ebok.doctor import Finding, checkup, fail, fine, warn
from ebok.languages import say as _
from ebok.mail.connection import Relay
from ebok.settings import LOOPBACK, Settings, Utility, config_file

LEAST_GUESSES_LOG10 = 20
READ = 72
"""Number of characters checked: zxcvbn reads no more."""
OF_THE_SAMPLE = ("name", "company_name", "city", "phone", "email", "nip", "bank_account")


@checkup("secret_key", database=False)
def look_at_the_key(settings: Settings) -> Iterator[Finding]:
    """Check whether the secret key can be guessed."""
    if settings.is_local:
        return
    if _is_guessable(settings.secret_key[:READ]):
        yield fail(
            _("secret_key can be guessed, and whoever guesses it logs in as anybody."),
            _("Create one with `openssl rand -base64 48`, then run `ebok audit begin`."),
        )
    else:
        yield fine(_("secret_key is random enough"))


def _is_guessable(key: str) -> bool:
    # Imported here: it loads 30,000 words.
    from zxcvbn import zxcvbn

    found = zxcvbn(key)
    words = [m["token"] for m in found["sequence"] if m["pattern"] == "dictionary"]
    told = sum(len(word) for word in words if len(word) >= 4)
    return found["guesses_log10"] < LEAST_GUESSES_LOG10 or 2 * told > len(key)


@checkup("in_the_clear", database=False)
def look_for_what_goes_in_the_clear(settings: Settings) -> Iterator[Finding]:
    """Check for pages without https and mail without TLS."""
    if settings.is_local:
        return
    if not settings.is_https:
        yield fail(
            _("base_url begins with http: passwords and invoices can be read on their way."),
            _("Put a proxy with TLS in front, and start base_url with https."),
        )
    if not Relay.of(settings).is_tls and settings.mail_server not in LOOPBACK:
        yield fail(
            _("E-mail goes to %(server)s without TLS.", server=settings.mail_server),
            _("Set mail_use_tls; for your own certificate there is mail_ca_file."),
        )


@checkup("utility", database=False)
def look_at_the_utility(settings: Settings) -> Iterator[Finding]:
    """Check for the sample's values in [utility], and for a missing account mask."""
    if settings.is_local:
        return
    sample = {f.name: f.default for f in fields(Utility)}
    same = [name for name in OF_THE_SAMPLE if getattr(settings.utility, name) == sample[name]]
    if same:
        yield fail(
            _("These values are still those of the sample: %(names)s.", names=", ".join(same)),
            _("Enter your own in [utility]: customers pay and write to whoever is named there."),
        )
    if not settings.utility.account_mask:
        yield warn(
            _("account_mask is not set: any account that billing sends is shown as yours."),
            _("Set the 12 digits that all your individual accounts share."),
        )


@checkup("permissions", database=False)
def look_who_may_read(settings: Settings) -> Iterator[Finding]:
    """Check whether other users of this machine can read our data or secrets."""
    others, anybody = stat.S_IRWXG | stat.S_IRWXO, stat.S_IRWXO
    config = config_file()
    places = [(settings.data_dir, others), *((path, others) for path in _database_files(settings))]
    # The service's group may read the settings.
    places += [(config, anybody)] if config else []
    for path, denied in places:
        if path.exists() and path.stat().st_mode & denied:
            yield fail(
                _("Other users of this machine can read %(path)s.", path=path),
                _("Run `chmod go= %(path)s`, or `chmod o=` where its group must read.", path=path),
            )


def _database_files(settings: Settings) -> list[Path]:
    """SQLite's files, if others can enter their folder."""
    kind, _slashes, name = settings.database.partition(":///")
    path = Path(name)
    if kind != "sqlite" or not path.parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH):
        return []
    return [path, *(Path(f"{path}{end}") for end in ("-wal", "-shm"))]
