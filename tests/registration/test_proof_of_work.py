"""*Nie mogę przepisać kodu*: a proof of work counts once, for a while, for what it was made for."""

import hashlib
import struct
import time
from base64 import urlsafe_b64encode

import pytest

from cast import new_code, new_email
from ebok.captcha import operations_work as work
from ebok.captcha.models import SpentCaptcha
from ebok.settings import Limits
from office import office_key
from visitor import Visitor

pytestmark = pytest.mark.dialect


def prove(task: dict) -> dict:
    """What a browser sends after it did the work."""
    for number in range(task["numbers"]):
        salt, rounds = task["id"].encode(), task["cost"]
        key = hashlib.pbkdf2_hmac("sha256", str(number).encode(), salt, rounds).hex()
        if key.startswith(task["target"]):
            return {"captcha_id": task["id"], "captcha_answer": key[len(task["target"]) :]}
    raise AssertionError("no number fits")


def task_of(visitor: Visitor) -> dict:
    """A task, as the installation gives it."""
    return visitor.post("/api/captcha/work", 201)["work"]


def require_refused(visitor: Visitor, **proof: str) -> None:
    """The proof is refused at the field of the code."""
    answer = visitor.start(new_code(), expect=422, **proof)
    assert [fault["field"] for fault in answer["faults"]] == ["captcha_answer"]


def test_proof_stands_for_the_code_and_is_spent_with_it(visitor):
    proof = prove(task_of(visitor))
    visitor.start(new_code(), **proof)
    require_refused(visitor, **proof)


def test_wrong_proof_is_refused_and_spends_the_task(visitor):
    proof = prove(task_of(visitor))
    wrong = proof["captcha_answer"].translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    require_refused(visitor, **proof | {"captcha_answer": wrong})
    require_refused(visitor, **proof)


def test_fault_elsewhere_does_not_spend_it(visitor):
    proof = prove(task_of(visitor))
    visitor.post("/api/registration", 422, customer_code="?", email=new_email(), **proof)
    visitor.start(new_code(), **proof)


def made(purpose: str, minutes: float) -> dict:
    """A task signed by this installation for `purpose`, which expires in `minutes`."""
    with office_key():
        body = urlsafe_b64encode(struct.pack(">I", int(time.time() + 60 * minutes)) + b"0" * 11)
        work_id = f"{work.PREFIX}{body.decode()}{work._seal(purpose, body.decode())}"
        target = work._key(work_id)[: work.TOLD]
    return {"id": work_id, "target": target, "cost": work.COST, "numbers": work.NUMBERS}


@pytest.mark.parametrize(
    ("purpose", "minutes"),
    [(work.REGISTRATION, -0.1), (work.REGISTRATION, 120), ("another", 20)],
    ids=["expired", "by a clock that is ahead", "for another purpose"],
)
def test_proof_counts_for_a_while_and_for_its_purpose(visitor, purpose, minutes):
    require_refused(visitor, **prove(made(purpose, minutes)))


def test_what_we_did_not_make_is_refused_and_leaves_no_row(visitor):
    proof = prove(task_of(visitor))
    forged = f"{proof['captcha_id'][:-1]}{'A' if proof['captcha_id'][-1] != 'A' else 'B'}"
    for other in (forged, "work.", "work.ż", f"work.{visitor.captcha()['captcha_id']}"):
        require_refused(visitor, **proof | {"captcha_id": other})
        assert not SpentCaptcha.select().where(SpentCaptcha.id == other).exists()
    # Nor is a proof the code of a picture.
    require_refused(visitor, **proof | {"captcha_id": visitor.captcha()["captcha_id"]})


def test_proofs_are_far_fewer_than_pictures(visitor):
    most = Limits().captcha_proofs_per_source_hour
    for _ in range(most):
        task_of(visitor)
    assert visitor.post("/api/captcha/work", 429)["code"] == "too-many-proofs"
    assert most * 10 <= Limits().captcha_pictures_per_source_hour
    # The picture is still there.
    visitor.start(new_code())
