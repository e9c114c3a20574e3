"""`make openapi`: the schemas of docs/openapi.yaml, made of the types of answers and of the forms.

What stands above the mark is written by hand. Each schema that it refers to, and does not hold, is
the TypedDict, the form or the named type (`Annotated`, `Literal`) of that name in `backend/ebok`;
`InvoiceJson` is called `Invoice`. Docstrings are the descriptions; a field's stands below it. Texts
in `Annotated` are keywords of JSON Schema: `Annotated[str, "format: date"]`.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import yaml
from wtforms import BooleanField, IntegerField, PasswordField
from wtforms.fields.core import UnboundField
from wtforms.validators import AnyOf, DataRequired

import ebok
from described import DESCRIPTION
from ebok.forms import Form

MARK = "    # Made by `make openapi` of the types and forms of these names:\n"
HERE = "#/components/schemas/"
KINDS = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}
WIDTH = 110


def whole() -> str:
    """The description with regenerated schemas."""
    by_hand = DESCRIPTION.read_text("utf-8").partition(MARK)[0] + MARK
    held = yaml.safe_load(by_hand)["components"]["schemas"] or {}
    found, wanted = {}, _references(by_hand) - held.keys()
    while wanted:
        found |= {name: _schema(name) for name in wanted}
        wanted = _references(str(found)) - found.keys() - held.keys()
    return by_hand + textwrap.indent(_written(dict(sorted(found.items()))), "    ")


def _references(text: str) -> set[str]:
    return set(re.findall(rf"{HERE}(\w+)", text))


def _schema(name: str) -> dict:
    assert name in _named(), f"docs/openapi.yaml refers to {name}, and nothing has that name"
    kind = _named()[name]
    if is_typeddict(kind):
        return _object(kind)
    if isinstance(kind, type):
        return _form(kind)
    return _unnamed(kind) | _described(_docs(_home(name, kind))[name])


@cache
def _named() -> dict[str, object]:
    """All types of answers, forms and named types of the house, by the names of their schemas."""
    found = {}
    for module in _modules():
        for name, kind in vars(module).items():
            if _is_told(kind) and not name.startswith("_"):
                name = name.removesuffix("Json")
                assert found.setdefault(name, kind) == kind, f"two types are called {name}"
    return found


@cache
def _modules() -> tuple:
    """Every module of the house that may hold a type."""
    names = [m.name for m in pkgutil.walk_packages(ebok.__path__, "ebok.")]
    wanted = [n for n in names if not re.search(r"__main__|\.migrations\.", n)]
    return tuple(importlib.import_module(name) for name in wanted)


def _is_told(kind) -> bool:
    is_form = isinstance(kind, type) and issubclass(kind, Form)
    return is_form or is_typeddict(kind) or get_origin(kind) in (Annotated, Literal)


def _home(name: str, kind) -> str:
    """The module that a named type is written in."""
    has_it = (m for m in _modules() if getattr(m, name, None) == kind)
    return next(m.__name__ for m in has_it if name in _docs(m.__name__))


@cache
def _docs(module: str) -> dict[str, str]:
    """Name -> docstring of a module's names."""
    body = ast.parse(inspect.getsource(sys.modules[module])).body
    return dict(_texts(body)) | {n: ast.get_docstring(c) or "" for n, c in _classes(module).items()}


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    body = ast.parse(inspect.getsource(sys.modules[module])).body
    return {node.name: node for node in body if isinstance(node, ast.ClassDef)}


def _texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Names that get a value or a type, with the text below each, if any."""
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(node, ast.AnnAssign | ast.Assign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            told = after.value if isinstance(after, ast.Expr) else None
            is_text = isinstance(told, ast.Constant) and isinstance(told.value, str)
            yield ast.unparse(target), inspect.cleandoc(told.value) if is_text else ""


def _fields(kind: type) -> dict[str, str]:
    """Field -> docstring of a type, with inherited fields."""
    node = _classes(kind.__module__).get(kind.__name__)
    names = [ast.unparse(base) for base in node.bases] if node else []
    bases = [getattr(sys.modules[kind.__module__], name) for name in names]
    inherited = [_fields(base) for base in bases if is_typeddict(base)]
    own = dict(_texts(node.body)) if node else {}
    return {name: text for part in (*inherited, own) for name, text in part.items()}


def _object(kind) -> dict:
    told, docs = _fields(kind), _docs(kind.__module__)
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        **_described(docs.get(kind.__name__, "")),
        "required": [name for name in hints if name in kind.__required_keys__],
        "additionalProperties": False,
        "properties": {n: _field(hint, told.get(n, "")) for n, hint in hints.items()},
    }


def _field(hint, text: str) -> dict:
    """The field's schema; its own description goes before that of its type."""
    (first, kind), *rest = _of_type(hint).items()
    return {first: kind, **_described(text), **dict(rest)}


def _described(text: str) -> dict:
    return {"description": text} if text else {}


def _of_type(kind) -> dict:
    name = next((name for name, other in _named().items() if other == kind), None)
    return {"$ref": f"{HERE}{name}"} if name else _unnamed(kind)


def _unnamed(kind) -> dict:
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        keywords = [yaml.safe_load(text) for text in args[1:]]
        return {k: v for part in (_of_type(args[0]), *keywords) for k, v in part.items()}
    if origin is Literal:
        values = {"const": args[0]} if len(args) == 1 else {"enum": list(args)}
        return {"type": KINDS[type(args[0])], **values}
    if origin is list:
        return {"type": "array", "items": _of_type(args[0])}
    if origin in (Union, UnionType):
        return _or_null(*(arg for arg in args if arg is not NoneType))
    return {"type": KINDS[kind]}


def _or_null(kind) -> dict:
    found = _of_type(kind)
    if "$ref" in found:
        return {"oneOf": [found, {"type": "null"}]}
    values = {"enum": [*found["enum"], None]} if "enum" in found else {}
    return found | {"type": [found["type"], "null"]} | values


def _form(form: type[Form]) -> dict:
    names = [name for name in dir(form) if isinstance(getattr(form, name), UnboundField)]
    fields = {n: getattr(form, n) for n in names}
    fields = dict(sorted(fields.items(), key=lambda pair: pair[1].creation_counter))
    wanted = [name for name, field in fields.items() if "required" in _flags(field)]
    return {
        "type": "object",
        **({"required": wanted} if wanted else {}),
        "properties": {name: _of_field(field) for name, field in fields.items()},
    }


def _flags(field: UnboundField) -> dict:
    """Constraints from the field's validators, as WTForms' HTML flags."""
    rules = field.kwargs.get("validators", [])
    return {k: v for rule in rules for k, v in getattr(rule, "field_flags", {}).items()}


def _of_field(field: UnboundField) -> dict:
    flags, rules = _flags(field), field.kwargs.get("validators", [])
    values = next((rule.values for rule in rules if isinstance(rule, AnyOf)), None)
    told = _described(inspect.cleandoc(field.kwargs.get("description", "")))
    if issubclass(field.field_class, BooleanField):
        must = {"const": True} if any(isinstance(rule, DataRequired) for rule in rules) else {}
        return {"type": "boolean", **(must if flags else {"default": False}), **told}
    if issubclass(field.field_class, IntegerField):
        return {"type": "integer", "minimum": flags["min"], "maximum": flags["max"], **told}
    secret = {"format": "password"} if issubclass(field.field_class, PasswordField) else {}
    longest = {"maxLength": flags["maxlength"]} if "maxlength" in flags and not values else {}
    return {"type": "string", **secret, **({"enum": [*values]} if values else longest), **told}


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks, and quotes as those above the mark."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002, the library's name
        """What two fields share is written twice."""
        return True

    def choose_scalar_style(self) -> str:
        """Double quotes where quotes are needed."""
        style = super().choose_scalar_style()
        return '"' if style == "'" else style


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else '"' if text.startswith("#/") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def _written(schemas: dict) -> str:
    """The schemas as YAML, in flow style where they fit a line, except an object's fields."""
    node = _Dumper("", sort_keys=False).represent_data(schemas)
    for _name, schema in node.value:
        _lay_out(schema, 6)
    return _serialized(node, 100)


def _serialized(node: yaml.Node, width: int) -> str:
    return yaml.serialize(node, Dumper=_Dumper, width=width, allow_unicode=True)


def _lay_out(schema: yaml.MappingNode, column: int) -> None:
    schema.flow_style = False
    for key, value in schema.value:
        begins = column + len(key.value) + 2
        if isinstance(value, yaml.MappingNode):
            value.flow_style = True
            flat = _serialized(value, 10**6)
            if key.value == "properties" or begins + len(flat) > WIDTH or "\n" in flat.strip():
                _lay_out(value, column + 2)
        elif isinstance(value, yaml.SequenceNode):
            value.flow_style = True


if __name__ == "__main__":
    DESCRIPTION.write_text(whole(), "utf-8")
