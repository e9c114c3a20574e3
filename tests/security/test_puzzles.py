"""The picture code, attacked by looking at it many times, and by answering without end."""

import pytest

from cast import new_code, new_email
from ebok.captcha.models import SpentCaptcha
from visitor import Visitor


@pytest.mark.shows("T3.2")
def test_puzzle_looks_the_same_however_often_it_is_drawn(visitor):
    """Else a hundred pictures laid over each other would show the digits alone."""
    one, other = (visitor.get("/api/captcha")["captcha"] for _ in range(2))
    pictures = {visitor.http.get(one["picture"]).content for _ in range(8)}
    assert len(pictures) == 1
    assert visitor.http.get(other["picture"]).content not in pictures
    assert len({visitor.http.get(one["sound"]).content for _ in range(3)}) == 1


@pytest.mark.shows("T3.2", "V2.4.1")
@pytest.mark.dialect
def test_three_hundred_pictures_an_hour_are_drawn_for_one_source(office, visitor):
    """Redrawing is work of ours: the three hundred and first is refused, elsewhere it is not."""
    captcha = visitor.get("/api/captcha")["captcha"]
    visitor.has_used("captcha-picture", 299)
    statuses = [visitor.http.get(captcha["picture"]).status_code for _ in range(2)]
    assert statuses == [200, 429]
    visitor.get(visitor.get("/api/captcha")["captcha"]["picture"], 429)
    with Visitor(office) as elsewhere:
        elsewhere.get(captcha["picture"])


@pytest.mark.shows("T3.2", "V2.4.1")
def test_wrong_answers_without_end_leave_no_rows_without_end(visitor):
    """Each answer leaves a row for ten minutes, and puzzles cost nothing to ask for."""
    visitor.has_used("captcha-answer", 299)
    visitor.start(new_code(), expect=422, captcha_answer="000000")
    before = SpentCaptcha.select().count()
    visitor.start(new_code(), expect=429, captcha_answer="000000")
    visitor.start(new_code(), expect=429)
    assert SpentCaptcha.select().count() == before


@pytest.mark.shows("V2.3.4")
@pytest.mark.dialect
def test_puzzle_answered_by_ten_at_once_lets_one_in(office, visitor):
    """The picture is worth one try, also when ten ask two processes at the same moment."""
    import threading

    puzzle, statuses, barrier = visitor.captcha(), [], threading.Barrier(10)
    body = {"customer_code": new_code(), "email": new_email(), **puzzle}
    headers = {"X-CSRFToken": visitor.get("/api/session")["session"]["csrf_token"]}

    def answer():
        barrier.wait()
        sent = visitor.http.post("/api/registration", json=body, headers=headers)
        statuses.append(sent.status_code)

    threads = [threading.Thread(target=answer) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [202] + [422] * 9
