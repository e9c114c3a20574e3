"""Finds the fonts embedded in a PDF."""

import re
import zlib
from contextlib import suppress

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
NAME = re.compile(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)")
WANTED = {"Noto-Serif", "Noto-Sans"}


def fonts_of(pdf: bytes) -> set[str]:
    """Names of the embedded fonts; WeasyPrint compresses their descriptions."""
    texts = [pdf]
    for stream in STREAM.findall(pdf):
        with suppress(zlib.error):
            texts.append(zlib.decompress(stream))
    return {name.decode() for text in texts for name in NAME.findall(text)}
