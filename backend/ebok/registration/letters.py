"""The mails of a registration: its code, and what the office decides about it."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok.database import now
from ebok.mail.kinds import EXAMPLE, Letter
from ebok.mail.masking import mask_code
from ebok.one_time_codes import operations as codes
from ebok.registration.models import Registration, Review
from ebok.settings import Settings
from ebok.tokens import hash_token, new_token

TemplateValues = dict[str, Any]


def _write_code(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Generate the code when its mail is written; the former one becomes invalid."""
    registration = Registration.get_or_none(Registration.id == subject_id)
    if registration is None or registration.is_proven(now()) or registration.finished_at:
        return None
    link_token = new_token()
    return {
        "code": codes.generate(registration, settings, link_hash=hash_token(link_token)),
        "minutes": settings.code_minutes,
        "link_token": link_token,
        "customer_code_masked": mask_code(registration.customer_code),
    }


registration_code = Letter(
    "registration_code",
    lazy("One-time code for registration"),
    Registration,
    _write_code,
    example=EXAMPLE | {"code": "012345", "minutes": 10, "link_token": "l-token"},
    ttl=lambda settings: timedelta(minutes=settings.code_minutes),
    urgent=True,
)


def _write_about_review(subject_id: int, _settings: Settings) -> TemplateValues | None:
    review = Review.get_or_none(Review.id == subject_id)
    return review and {
        "review_id": review.id,
        "reason": review.reason,
        "customer_code_masked": mask_code(review.customer_code),
    }


review_received = Letter(
    "review_received",
    lazy("Confirmation that the office is checking a registration"),
    Review,
    _write_about_review,
    example=EXAMPLE,
    ttl=lambda _settings: timedelta(days=2),
)
# Contains no personal data, only the request's number.
review_office = Letter(
    "review_office",
    lazy("Request to the office to check a registration"),
    Review,
    _write_about_review,
    example={"review_id": 17},
    ttl=lambda _settings: timedelta(days=7),
    to_office=True,
)
review_refused = Letter(
    "review_refused",
    lazy("Message that an account was not opened"),
    Review,
    _write_about_review,
    example=EXAMPLE | {"reason": "data-differ"},
    ttl=lambda _settings: timedelta(days=7),
)
