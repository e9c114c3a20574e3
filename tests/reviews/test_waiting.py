"""Nobody waits unseen: who asked the office and got no answer is told of, once."""

from datetime import timedelta

import pytest

from ebok import database
from ebok.app import create_core
from ebok.database import now
from ebok.mail import letters
from ebok.mail.alerts import Alert
from ebok.registration.models import Registration, Review
from ebok.reviews.operations_waiting import alert_waiting
from ebok.settings import load
from ebok.tokens import new_token
from registration.test_reviews import first_request


def waits_for(hours: int) -> Review:
    """A request that has waited so long."""
    moment = now()
    registration = Registration.create(
        token_hash=new_token(),
        customer_code="39-1",
        email=f"{new_token()}@poczta.example",
        language="pl",
        started_at=moment,
        expires_at=moment,
        code_asked_at=moment,
        matches_left=3,
    )
    review = first_request(registration)
    review.change(asked_at=moment - timedelta(hours=hours))
    return review


def causes() -> list[str]:
    return [alert.cause for alert in Alert.open()]


@pytest.mark.dialect
def test_request_that_waits_too_long_is_told_once_until_it_is_decided(database_url, tmp_path):
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path / "data")}
    app = create_core(load(given | {"EBOK_ALERT_EMAILS": "admin@wodociagi.example"}))
    settings = app.config["EBOK"]
    with app.app_context(), database.connection():
        waits_for(71)
        alert_waiting(settings)
        assert causes() == []
        late = waits_for(73)
        for _ in range(2):
            alert_waiting(settings)
        (alert,) = Alert.open()
        assert (alert.cause, late.customer_code in alert.text) == ("review-waits", False)
        heading = letters.alert.write(alert.id, settings)["heading"]
        assert heading == "1 rejestracja czeka na sprawdzenie dłużej niż 72 godz."
        late.change(decision="refused")
        alert_waiting(settings)
        assert causes() == []
