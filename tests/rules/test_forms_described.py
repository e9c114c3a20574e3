"""What docs/openapi.yaml says of bodies and queries is what the forms read, no more and no less."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator

import pytest
from wtforms import BooleanField, IntegerField
from wtforms.validators import DataRequired, Length, NumberRange

from described import description, operations, resolved
from ebok.forms import Form

CALLS = operations()
READERS = {"read": "body", "read_query": "query"}


def view_of(app, name: str):
    """The function that answers a call that is described."""
    path = re.sub(r"\{\w+\}", "x", CALLS[name]["path"])
    method = next(m for m in description()["paths"][CALLS[name]["path"]] if is_call(name, m))
    endpoint, _ = app.url_map.bind("localhost").match(path, method=method.upper())
    return inspect.unwrap(app.view_functions[endpoint])


def is_call(name: str, method: str) -> bool:
    """Whether this method of the call's address is the call."""
    item = description()["paths"][CALLS[name]["path"]][method]
    return isinstance(item, dict) and item.get("operationId") == name


def forms_of(view, seen: frozenset = frozenset()) -> Iterator[tuple[str, type[Form]]]:
    """Where a view reads which form, by itself or by functions beside it."""
    module = sys.modules[view.__module__]
    for call in ast.walk(ast.parse(inspect.getsource(view))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        called = call.func.id
        if called in READERS:
            yield READERS[called], getattr(module, call.args[0].id)
        beside = getattr(module, called, None)
        is_near = inspect.isfunction(beside) and beside.__module__ == view.__module__
        if is_near and called not in seen:
            yield from forms_of(beside, seen | {called})


def asked_by_name(view) -> list[str]:
    """What a view takes from its query without a form."""
    return re.findall(r"request\.args\.get\(\"(\w+)\"", inspect.getsource(view))


def told_of_body(call: dict) -> dict[str, dict]:
    """The fields of a call's body as they are described."""
    content = resolved(call.get("requestBody", {})).get("content", {})
    return fields_of(content.get("application/json", {}).get("schema", {}))


def fields_of(schema: dict) -> dict[str, dict]:
    """The properties of a schema and its parts, each with whether it is required."""
    schema = resolved(schema)
    found = {}
    for part in schema.get("allOf", []):
        found |= fields_of(part)
    wanted = schema.get("required", [])
    own = schema.get("properties", {})
    return found | {n: resolved(f) | {"is_required": n in wanted} for n, f in own.items()}


def told_of_query(call: dict) -> dict[str, dict]:
    """The same of its query."""
    at_the_path = description()["paths"][call["path"]].get("parameters", [])
    parameters = map(resolved, [*at_the_path, *call.get("parameters", [])])
    return {
        p["name"]: resolved(p["schema"]) | {"is_required": p.get("required", False)}
        for p in parameters
        if p["in"] == "query" and p["name"] != "lang"
    }


def read_by(form: type[Form]) -> dict[str, object]:
    """The fields of a form, by their names in a request."""
    return {name.removesuffix("_"): field for name, field in form()._fields.items()}


def rule(field, kind: type):
    """The field's validator of this kind, if it has one."""
    return next((v for v in field.validators if isinstance(v, kind)), None)


def faults_of(said: dict, field) -> list[str]:
    """What is said of a field otherwise than its form has it; a description may be narrower."""
    kinds = {BooleanField: ["boolean"], IntegerField: ["integer"]}
    kind = kinds.get(type(field), ["string", "integer"])
    found = [] if "enum" in said or said.get("type") in kind else [f"type is {kind[0]}"]
    if rule(field, DataRequired) and not said["is_required"]:
        found.append("is required")
    length, within = rule(field, Length), rule(field, NumberRange)
    if length and "enum" not in said and not 0 < said.get("maxLength", 0) <= length.max:
        found.append(f"maxLength is {length.max}")
    if within and (said.get("minimum"), said.get("maximum")) != (within.min, within.max):
        found.append(f"minimum is {within.min}, maximum is {within.max}")
    return found


@pytest.mark.parametrize("name", CALLS)
def test_fields_are_those_that_the_form_reads(app, name):
    view, call = view_of(app, name), CALLS[name]
    read = {place: {} for place in READERS.values()}
    with app.test_request_context():
        for place, form in forms_of(view):
            read[place] |= read_by(form)
    read["query"] |= dict.fromkeys(asked_by_name(view))
    for place, told in (("body", told_of_body(call)), ("query", told_of_query(call))):
        assert set(told) == set(read[place]), (name, place)
        for field, said in told.items():
            if read[place][field]:
                assert not faults_of(said, read[place][field]), (name, field, said)
