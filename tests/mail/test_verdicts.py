"""Who is to blame for an answer: the recipient, us, or the moment."""

import smtplib

import pytest

from ebok.mail.verdicts import (
    Broken,
    Disliked,
    Doubtful,
    Postponed,
    Refused,
    TooLarge,
    Unreachable,
    describe,
    is_dead_fault,
    judge,
)

MADE = {
    "mail": lambda code, words: smtplib.SMTPSenderRefused(code, words, "b@o.example"),
    "rcpt": lambda code, words: smtplib.SMTPRecipientsRefused({"a@p.example": (code, words)}),
    "content": smtplib.SMTPDataError,
}


@pytest.mark.shows("P33")
@pytest.mark.parametrize(
    ("step", "said", "verdict"),
    [
        ("rcpt", "550 5.1.1 user unknown", Refused),
        ("rcpt", "550 #5.1.1 user unknown", Refused),
        ("rcpt", "550 5.1.2 bad destination domain", Refused),
        ("rcpt", "550 5.1.10 null MX", Refused),
        ("rcpt", "556 domain takes no mail", Refused),
        ("rcpt", "550 5.2.1 mailbox disabled", Refused),
        ("content", "550 5.1.1 user unknown", Refused),
        ("rcpt", "550 5.1.7 bad sender", Disliked),
        ("rcpt", "550 5.1.8 sender's domain", Disliked),
        ("rcpt", "550 5.1.0 Sender address rejected: User unknown", Disliked),
        ("rcpt", "553 5.7.1 Sender address rejected: not owned by user ebok", Disliked),
        ("rcpt", "550 5.7.1 recipient address rejected: access denied", Disliked),
        ("rcpt", "550 5.7.26 unauthenticated", Disliked),
        ("rcpt", "550 5.2.252 SendAsDenied", Disliked),
        ("rcpt", "550 5.4.1 no answer from host", Disliked),
        ("rcpt", "550 5.4.4 unable to route", Disliked),
        ("rcpt", "503 5.5.1 need MAIL", Disliked),
        ("rcpt", "550 user unknown", Disliked),
        ("content", "554 rejected", Disliked),
        ("content", "550 5.7.1 spam", Disliked),
        ("rcpt", "552 5.2.2 mailbox full", Postponed),
        ("rcpt", "450 5.1.1 later", Postponed),
        ("rcpt", "550 4.4.7 expired", Postponed),
        ("rcpt", "451 4.7.1 greylisted", Postponed),
        ("content", "451 4.3.0 later", Postponed),
        ("mail", "552 5.3.4 too large", TooLarge),
        ("content", "552 too large", TooLarge),
        ("rcpt", "552 5.2.3 too large for this mailbox", TooLarge),
        ("mail", "550 5.1.1 user unknown", Unreachable),
        ("mail", "550 no", Unreachable),
        ("mail", "451 4.3.0 later", Unreachable),
        ("rcpt", "530 5.7.0 authentication required", Unreachable),
        ("rcpt", "421 4.3.2 closing", Unreachable),
        ("content", "421 4.3.2 closing", Unreachable),
    ],
)
def test_verdict_by_step_and_answer(step, said, verdict):
    code, _, words = said.partition(" ")
    fault = MADE[step](int(code), words.encode())
    assert type(judge(fault, is_handed_over=step == "content")) is verdict
    # By this a retry knows whom it need not try again.
    assert is_dead_fault(describe(fault)) or verdict is not Refused


@pytest.mark.parametrize(
    ("step", "code", "is_ours"),
    [("mail", 550, True), ("mail", 451, False), ("rcpt", 530, True), ("rcpt", 421, False)],
)
def test_server_that_takes_nothing_is_our_matter_or_the_moments(step, code, is_ours):
    assert judge(MADE[step](code, b"no")).is_ours == is_ours


@pytest.mark.parametrize("fault", [smtplib.SMTPServerDisconnected("x"), TimeoutError()])
def test_only_what_was_handed_over_may_have_been_taken(fault):
    assert type(judge(fault)) is Broken
    assert type(judge(fault, is_handed_over=True)) is Doubtful


def test_answer_that_is_none_may_mean_anything():
    assert type(judge(smtplib.SMTPDataError(-1, b"gibberish"), is_handed_over=True)) is Doubtful
    fault = smtplib.SMTPResponseException(500, "Line too long.")
    assert type(judge(fault, is_handed_over=True)) is Doubtful
