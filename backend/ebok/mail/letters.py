"""The letter of an alert."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.mail.alerts import Alert
from ebok.mail.kinds import Letter
from ebok.settings import Settings


def _write_alert(subject_id: int, _settings: Settings) -> dict[str, Any] | None:
    """Template values of the alert; None if it has ended."""
    found = Alert.get_or_none((Alert.id == subject_id) & Alert.ended_at.is_null())
    if not found:
        return None
    heading, *lines = found.text.splitlines()
    return {"heading": heading, "paragraphs": [line for line in lines if line.strip()]}


alert = Letter(
    "alert",
    lazy("Alert to the office"),
    Alert,
    _write_alert,
    example={"heading": "The import was refused", "paragraphs": ["A file is cut short."]},
    # Long enough for Friday's alert to arrive on Monday.
    ttl=lambda _settings: timedelta(days=7),
    to_office=True,
)
