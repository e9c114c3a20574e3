"""Checks answers against docs/openapi.yaml."""

import json
import re
from functools import cache
from pathlib import Path

import httpx
import yaml
from jsonschema import Draft202012Validator

DESCRIPTION = Path(__file__).parents[1] / "docs" / "openapi.yaml"
ANYWHERE = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 408: "too-slow"}
"""Statuses that every path may answer: see the introduction of the description."""


@cache
def description() -> dict:
    """The whole description."""
    # libyaml's, where there is one: it takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(DESCRIPTION.read_text("utf-8"), loader)  # noqa: S506 both are safe


def require_described(response: httpx.Response, path: str) -> None:
    """Fail if openapi.yaml does not describe this answer; `path` is below the path prefix."""
    method, status = response.request.method.lower(), response.status_code
    answers = operation(method, path).get("responses", {})
    if str(status) not in answers:
        told = response.json().get("code") if "json" in _type(response) else None
        is_known = status in ANYWHERE and told == ANYWHERE[status]
        assert is_known, f"{method} {path}: {status} {told} is not described"
        return
    content = resolved(answers[str(status)]).get("content", {})
    assert _type(response) in content or not (content or response.content), (path, _type(response))
    schema = content.get(_type(response), {}).get("schema")
    faults = faults_of(response.json(), schema) if schema else []
    assert not faults, f"{method} {path}: {status} is described otherwise: {faults}"


def faults_of(value, schema: dict) -> list[str]:
    """Violations of the schema in this value."""
    return [fault.message for fault in _validator(json.dumps(schema)).iter_errors(value)]


def operation(method: str, path: str) -> dict:
    """The description of this operation; {} if there is none."""
    for pattern, item in _addresses():
        if pattern.fullmatch(path.partition("?")[0]):
            return item.get(method, {})
    return {}


@cache
def _addresses() -> list[tuple[re.Pattern, dict]]:
    """(pattern of the path, its description) of every path."""
    # One without a part to fill in comes before those with one, as OpenAPI has it.
    found = sorted(description()["paths"].items(), key=lambda path: "{" in path[0])
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), item) for path, item in found]


def operations() -> dict[str, dict]:
    """Every call that is described, with its path, by its name."""
    return {
        call["operationId"]: call | {"path": path}
        for path, item in description()["paths"].items()
        for method, call in item.items()
        if method in ("get", "put", "post", "delete", "patch")
    }


def resolved(node: dict) -> dict:
    """The node, or the one that it refers to."""
    while "$ref" in node:
        found = description()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def _type(response: httpx.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0]


@cache
def _validator(schema: str) -> Draft202012Validator:
    # References lead into the components, so they stand in the same document.
    return Draft202012Validator({"components": description()["components"], **json.loads(schema)})
