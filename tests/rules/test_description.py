"""docs/openapi.yaml is true: every refusal stands in it, and nothing that nobody is ever told."""

import pytest

from described import ANYWHERE, description, faults_of, resolved
from ebok.errors import CODES, Refusal

METHODS = ("get", "post", "put", "patch", "delete")
# Said by commands to clerks; and by a view that somebody forgot to mark.
ELSEWHERE = {
    "already-decided",
    "no-such-customer",
    "no-account",
    "no-former-address",
    "not-frozen",
    "no-such-way",
    "nothing-to-unlock",
    "too-late-to-take-back",
    "forbidden",
}
OF_PAGES = (
    "ebok.access.visits",
    "ebok.cases.errors",
    "ebok.lookup.errors",
    "ebok.staff.errors",
    "ebok.pages.rendered",
)
MADE_BY_FLASK = {(400, "csrf"), (500, "our-fault"), *CODES.items()}


def operations():
    """Every call: its name and what is described of it."""
    for item in description()["paths"].values():
        for method in item:
            if method in METHODS:
                yield item[method]["operationId"], item[method]


def codes_of(schema: dict) -> set[str]:
    """Which codes of refusals a schema allows."""
    schema = resolved(schema)
    parts = [*schema.get("allOf", []), *schema.get("oneOf", [])]
    own = schema.get("properties", {}).get("code", {}).get("enum", [])
    return set(own).union(*map(codes_of, parts))


def below(of: type) -> list[type]:
    """All classes of the house below this one."""
    found = [c for child in of.__subclasses__() for c in (child, *below(child))]
    return [c for c in found if c.__module__.startswith("ebok")]


def test_every_refusal_is_described_with_its_status_and_no_other(app):
    told = set(ANYWHERE.items())
    for _name, operation in operations():
        for status, answer in operation["responses"].items():
            content = resolved(answer).get("content", {})
            schema = content.get("application/problem+json", {}).get("schema", {})
            told |= {(int(status), code) for code in codes_of(schema)}
    # Those of the staff are told by pages (docs/decisions/0024).
    of_api = [each for each in below(Refusal) if each.__module__ not in OF_PAGES]
    kept = {(refusal.status, refusal.code) for refusal in of_api}
    assert told == {pair for pair in kept if pair[1] not in ELSEWHERE} | MADE_BY_FLASK


def test_every_refusal_names_its_codes():
    for name, operation in operations():
        for status, answer in operation["responses"].items():
            # Whether the installation is well is told with 503, too, and is no refusal.
            if int(status) >= 400 and "Health" not in str(answer):
                (kind,) = resolved(answer)["content"].values()
                assert codes_of(kind["schema"]), (name, status)


def test_examples_are_as_described():
    seen = 0
    for name, operation in operations():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for kind in (k for body in bodies for k in resolved(body).get("content", {}).values()):
            shown = [example["value"] for example in kind.get("examples", {}).values()]
            for example in [*shown, *([kind["example"]] if "example" in kind else [])]:
                seen += 1
                assert not faults_of(example, kind["schema"]), (name, example)
    assert seen > 20


def test_answers_hold_nothing_that_is_not_described():
    for name, operation in operations():
        for answer in operation["responses"].values():
            for kind in resolved(answer).get("content", {}).values():
                if "schema" in kind:
                    require_closed(name, kind["schema"])


def require_closed(name: str, schema: dict) -> None:
    """Every object of the schema says that it holds no other fields."""
    schema = resolved(schema)
    for part in schema.get("oneOf", []):
        require_closed(name, part)
    if "oneOf" not in schema:
        closed = (schema.get("additionalProperties"), schema.get("unevaluatedProperties"))
        assert False in closed, (name, schema)
    for inner in schema.get("properties", {}).values():
        if resolved(inner).get("type") == "object":
            require_closed(name, inner)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_method_that_is_not_described_is_refused_with_those_that_are(app, method):
    for path, item in description()["paths"].items():
        if method.lower() not in item and path.startswith("/api/"):
            answer = app.test_client().open(path.replace("{captcha_id}", "x"), method=method)
            assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed"), path
            allowed = set(answer.headers["Allow"].lower().split(", ")) - {"head", "options"}
            assert allowed == set(item) - {"parameters"}, path
