"""*Kod z obrazka*: six digits, usable once, for ten minutes; a wrong one costs a picture."""

import hashlib
import hmac
import struct
import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from cast import new_code, new_email
from office import SECRET
from visitor import Visitor, require_problem, solve


def test_picture_and_sound_are_what_they_say(visitor):
    captcha = visitor.get("/api/captcha")["captcha"]
    picture = visitor.http.get(captcha["picture"])
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["Cache-Control"] == "no-store"
    sound = visitor.http.get(captcha["sound"])
    assert sound.headers["Content-Type"] == "audio/wav"
    assert sound.content[:4] == b"RIFF"


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
def test_sound_is_spoken_in_each_language(office, language):
    with Visitor(office, language=language) as visitor:
        captcha = visitor.get("/api/captcha")["captcha"]
        assert len(visitor.http.get(captcha["sound"]).content) > 50_000


def test_sound_comes_in_parts_as_iphones_ask_for_it(visitor):
    sound = visitor.get("/api/captcha")["captcha"]["sound"]
    whole = visitor.http.get(sound)
    assert whole.headers["Accept-Ranges"] == "bytes"
    length = len(whole.content)
    for asked, start, end in (("0-1", 0, 1), ("2-", 2, length - 1), ("0-", 0, length - 1)):
        part = visitor.http.get(sound, headers={"Range": f"bytes={asked}"})
        assert part.status_code == 206
        assert part.headers["Content-Range"] == f"bytes {start}-{end}/{length}"
        assert part.headers["Content-Length"] == str(end - start + 1)
        assert part.content == whole.content[start : end + 1]
    beyond = visitor.http.get(sound, headers={"Range": f"bytes={length}-"})
    assert beyond.status_code == 416
    require_problem(beyond, beyond.json())


def test_wrong_answer_costs_a_new_picture_and_nothing_else(visitor):
    captcha = visitor.captcha()
    wrong = f"{(int(captcha['captcha_answer']) + 1) % 1_000_000:06}"
    answer = visitor.start(new_code(), expect=422, **captcha | {"captcha_answer": wrong})
    assert [fault["field"] for fault in answer["faults"]] == ["captcha_answer"]
    assert answer["captcha_spent"] is True
    visitor.start(new_code())


@pytest.mark.shows("T3.1")
def test_picture_works_once_even_after_a_wrong_answer(visitor):
    captcha = visitor.captcha()
    visitor.start(new_code(), expect=422, **captcha | {"captcha_answer": "000000"})
    visitor.start(new_code(), expect=422, **captcha)


def test_picture_works_once_after_a_right_answer(visitor):
    captcha = visitor.captcha()
    visitor.start(new_code(), **captcha)
    visitor.start(new_code(), expect=422, **captcha)


def test_picture_is_not_spent_by_a_fault_elsewhere(visitor):
    captcha = visitor.captcha()
    visitor.post("/api/registration", 422, customer_code="?", email=new_email(), **captcha)
    visitor.start(new_code(), **captcha)


def test_spaces_between_the_digits_are_forgiven(visitor):
    captcha = visitor.captcha()
    digits = captcha["captcha_answer"]
    visitor.start(new_code(), **captcha | {"captcha_answer": f" {digits[:3]} {digits[3:]} "})


def test_picture_of_eleven_minutes_ago_is_too_old(visitor):
    captcha_id = _made_at(time.time() - 11 * 60)
    captcha = {"captcha_id": captcha_id, "captcha_answer": solve(captcha_id)}
    visitor.start(new_code(), expect=422, **captcha)


def test_picture_of_nine_minutes_ago_still_works(visitor):
    captcha_id = _made_at(time.time() - 9 * 60)
    visitor.start(new_code(), captcha_id=captcha_id, captcha_answer=solve(captcha_id))


@pytest.mark.parametrize("captcha_id", ["", "x", "ą" * 40, "A" * 40])
def test_picture_that_we_did_not_make_is_refused(visitor, captcha_id):
    visitor.start(new_code(), expect=422, captcha_id=captcha_id, captcha_answer=solve(captcha_id))


def test_puzzle_says_until_when_it_counts(visitor):
    for made, minutes in ((visitor.get("/api/captcha")["captcha"], 10), (work(visitor), 30)):
        left = datetime.fromisoformat(made["valid_until"]) - datetime.now(UTC)
        assert timedelta(minutes=minutes - 2) < left <= timedelta(minutes=minutes)


def work(visitor) -> dict:
    """A task in place of the six digits."""
    return visitor.post("/api/captcha/work", 201)["work"]


def test_strange_picture_is_not_drawn(visitor):
    visitor.get(f"/api/captcha/{'A' * 40}/picture", 404)


def test_one_source_hears_sixty_sounds_an_hour(office, visitor):
    from ebok.database import now
    from ebok.limits import Limit

    captcha = visitor.get("/api/captcha")["captcha"]
    visitor.http.get(captcha["sound"])
    newest = (
        Limit.select()
        .where(Limit.name == "captcha-sound")
        .order_by(Limit.started_at.desc())
        .first()
    )
    newest.used = 59
    Limit.update(used=59, started_at=now()).where(
        (Limit.name == "captcha-sound") & (Limit.key == newest.key)
    ).execute()
    another, one_too_many = (visitor.get("/api/captcha")["captcha"]["sound"] for _ in range(2))
    assert visitor.http.get(another).status_code == 200
    refused = visitor.http.get(one_too_many)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too-many-sounds"


def _made_at(seconds: float) -> str:
    """A captcha as created at that time."""
    body = urlsafe_b64encode(struct.pack(">I", int(seconds) + 600) + b"12345678901").decode()
    seal = hmac.new(SECRET.encode(), f"captcha-id\0{body}".encode(), hashlib.sha256).digest()
    return body + urlsafe_b64encode(seal[:15]).decode()


def test_answer_that_is_no_six_digits_is_told_with_the_other_faults_and_costs_no_puzzle(visitor):
    captcha = visitor.captcha()
    typed = captcha | {"captcha_answer": "12"}
    answer = visitor.start("39 29002x", "edward@", expect=422, **typed)
    assert [f["field"] for f in answer["faults"]] == ["customer_code", "email", "captcha_answer"]
    assert "captcha_spent" not in answer.body
    visitor.start(new_code(), **captcha)
