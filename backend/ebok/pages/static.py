"""Serves static files from memory: compressed once, with a content hash in their names."""

import gzip
import hashlib
import json
import mimetypes
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import brotli
from flask import Response, request
from markupsafe import escape

from ebok.pages.colours import as_srgb
from ebok.settings import Settings, Utility
from ebok.settings.model import USUAL_CODE

# In a source checkout the front end is beside the backend; in a wheel it is in the package.
_PACKED = Path(__file__).parents[1] / "frontend"
FRONTEND = _PACKED if _PACKED.exists() else Path(__file__).parents[3] / "frontend"
DIST = FRONTEND / "dist"
SAMPLE = "sample-invoice.svg"
# How the sample invoice has the customer code; its text fills the same width in every typeface.
CODE_DRAWN, CODE_WIDTH = 'textLength="{width}">{code}<', 60


# In order of preference.
ENCODINGS = {
    "br": lambda body, quality: brotli.compress(body, quality=quality),
    "gzip": lambda body, _quality: gzip.compress(body, 9, mtime=0),
    "identity": lambda body, _quality: body,
}
FAST, SMALL = 9, 11
"""Brotli's qualities: the second saves 6 % of the styles, and takes three times as long."""


class NotBuilt(Exception):
    """The scripts and styles have not been built."""


@dataclass
class Document:
    """A response body and its media type; compressed variants are cached in `encoded`."""

    body: bytes
    kind: str
    quality: int = FAST
    encoded: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def etag(self) -> str:
        """A strong validator: the body's hash."""
        return hashlib.sha256(self.body).hexdigest()[:20]

    def encode(self, encoding: str) -> bytes:
        """The body in this content encoding."""
        if encoding not in self.encoded:
            self.encoded[encoding] = ENCODINGS[encoding](self.body, self.quality)
        return self.encoded[encoding]

    def answer(self, status: int, cache: str, vary: str) -> Response:
        """The response in the best accepted encoding; 304 if the browser has this version."""
        wanted = request.accept_encodings
        encoding = next(e for e in ENCODINGS if wanted[e] or e == "identity")
        response = Response(self.encode(encoding), status, content_type=self.kind)
        if encoding != "identity":
            response.headers["Content-Encoding"] = encoding
        response.headers.update({"Cache-Control": cache, "Vary": vary})
        # Encodings are different representations, so their strong tags must differ.
        response.set_etag(f"{self.etag}-{encoding}")
        return response.make_conditional(request) if status == 200 else response  # pyright: ignore[reportReturnType]


@dataclass
class Static:
    """The static files by served name; `names` and `integrity` by the name used in templates."""

    files: dict[str, Document] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    integrity: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, file: str, body: bytes) -> Document:
        """Serve `body` under the file name `file`; templates call it `name`."""
        kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
        self.files[file] = Document(body, _with_charset(kind), SMALL)
        self.names[name] = file
        self.integrity[name] = f"sha384-{b64encode(hashlib.sha384(body).digest()).decode()}"
        return self.files[file]


def open_static(settings: Settings) -> Static:
    """Load the built files, and add the utility's colours, customer code and logo."""
    static, utility = Static(), settings.utility
    for name, built in _manifest().items():
        document = static.add(name, built["file"], (DIST / built["file"]).read_bytes())
        # Compressed by the build, at a level too slow for the start.
        for encoding, suffix in (("br", ".br"), ("gzip", ".gz")):
            document.encoded[encoding] = (DIST / (built["file"] + suffix)).read_bytes()
    _colour(static, utility)
    _put_code(static, settings.example_code)
    if utility.logo:
        logo = Path(utility.logo).read_bytes()
        static.add("logo", _hashed(f"logo{Path(utility.logo).suffix}", logo), logo)
    return static


def _colour(static: Static, utility: Utility) -> None:
    """Put the utility's two colours into main.css.

    Not an inline style, which the Content-Security-Policy refuses, nor a file of its own, which
    would cost another request before the first paint.
    """
    hues = {"--hue-water": utility.hue_water, "--hue-mark": utility.hue_mark}
    for name in [name for name in static.names if name.endswith(".css")]:
        built = static.files.pop(static.names[name]).body.decode()
        styles = as_srgb(built, hues).encode()
        static.add(name, _hashed(name, styles), styles)


def _put_code(static: Static, code: str) -> None:
    """Show a customer code of this utility on the drawn sample invoice."""
    drawn = static.files.pop(static.names[SAMPLE]).body.decode()
    usual = CODE_DRAWN.format(width=CODE_WIDTH, code=USUAL_CODE)
    own = CODE_DRAWN.format(width=CODE_WIDTH * len(code) // len(USUAL_CODE), code=escape(code))
    sample = drawn.replace(usual, own).encode()
    static.add(SAMPLE, _hashed(SAMPLE, sample), sample)


def layout_hash(static: Static, lang: str, frame: str) -> str:
    """Hash of all that surrounds a page; if it differs, the browser must load the whole page."""
    around = "|".join([lang, frame, *sorted(static.names.values())])
    return hashlib.sha256(around.encode()).hexdigest()[:10]


def _manifest() -> dict[str, Any]:
    path = DIST / "manifest.json"
    if not path.exists():
        raise NotBuilt(f"{path} is missing: run `npm ci` and `npm run build` first")
    return json.loads(path.read_text("utf-8"))


def _hashed(file: str, body: bytes) -> str:
    stem, suffix = Path(file).stem, Path(file).suffix
    return f"{stem}-{hashlib.sha256(body).hexdigest()[:10]}{suffix}"


def _with_charset(kind: str) -> str:
    is_text = kind.startswith("text/") or kind == "image/svg+xml"
    return f"{kind}; charset=utf-8" if is_text else kind
