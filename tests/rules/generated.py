"""Requests that are generated after docs/openapi.yaml, or against it, and how each was answered."""

import os

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.generation import hypothesis as its_hypothesis

from described import DESCRIPTION, resolved
from office import new_source
from patience import HANG_SECONDS
from rules.callers import Caller

# It would put a printer of its own, which prints nothing, into Hypothesis for all other tests.
its_hypothesis.setup._is_patched = True

OPERATIONS = {
    op.definition.raw["operationId"]: op
    for op in (
        found.ok() for found in schemathesis.openapi.from_path(DESCRIPTION).get_all_operations()
    )
}
IS_TORTURE = bool(os.environ.get("TORTURE"))
WAYS = ("honest", "honest", "but one", "any", "generated")
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# Half a surrogate pair is good JSON.
TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(TEXT, some, max_size=3),
    max_leaves=5,
)


def examples_of(operation) -> list[dict]:
    """The bodies that the description gives as examples."""
    body = resolved(operation.definition.raw.get("requestBody", {}))
    content = body.get("content", {}).get("application/json", {})
    shown = [example["value"] for example in content.get("examples", {}).values()]
    return [*shown, *([content["example"]] if "example" in content else [])]


@st.composite
def bodies(draw, examples: list[dict], caller: Caller) -> dict:
    """A body that is honest, or honest but for a field, or any; empty if it is to be generated."""
    way = draw(st.sampled_from(WAYS)) if examples else "generated"
    if way == "generated":
        return {}
    body = draw(JSON) if way == "any" else caller.honest(draw(st.sampled_from(examples)))
    if way == "but one":
        body[draw(st.sampled_from(sorted(body)))] = draw(JSON)
    return {"body": body, "media_type": "application/json"}


@st.composite
def cases(draw, operation, caller: Caller):
    """A request: generated after the schema or against it, or honest, or honest but for a field."""
    given = draw(bodies(examples_of(operation), caller))
    mode = draw(st.sampled_from((GenerationMode.POSITIVE, GenerationMode.NEGATIVE)))
    if not (operation.headers or (operation.body and not given)):
        mode = GenerationMode.POSITIVE
    case = draw(operation.as_strategy(generation_mode=mode, **given))
    if "captcha_id" in case.path_parameters and draw(st.booleans()):
        case.path_parameters["captcha_id"] = caller.puzzle["captcha_id"]
    if "invoice_id" in case.path_parameters and draw(st.booleans()):
        case.path_parameters["invoice_id"] = caller.invoice_id
    return case


def try_often(office, kind_of_caller: str, call: str) -> None:
    """Make this call in many ways, and hold each answer against the description."""
    operation, caller = OPERATIONS[call], Caller(office, kind_of_caller)

    @settings(
        max_examples=(6 if IS_TORTURE else 1) * (12 if operation.body else 5),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data(), st.sampled_from([True] * 7 + [False]))
    def try_it(data, is_whole):
        caller.prepare(data.draw, call)
        case = data.draw(cases(operation, caller))
        answer = send(caller, case, is_whole)
        if answer.status_code in (200, 201, 202, 204, 401, 429) and case.method != "GET":
            caller.leave()
        case.validate_response(answer, checks=CHECKS)

    try_it()
    if caller.visitor:
        caller.leave()


def send(caller: Caller, case, is_whole: bool):
    """Send it from an internet address of its own; if whole, with the caller's cookie and token."""
    headers = {"X-Forwarded-For": new_source()}
    if is_whole:
        headers["X-CSRFToken"] = caller.visitor.token
        # A generated one would end every session.
        case.cookies.clear()
    cookies = dict(caller.visitor.http.cookies)
    # Ten seconds, which it would wait by itself, pass on a busy machine.
    address = {"base_url": caller.office.base_url, "timeout": HANG_SECONDS}
    return case.call(**address, headers=headers, cookies=cookies)
