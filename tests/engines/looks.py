"""Checks for defects that once occurred in one of the engines."""

import io

from PIL import Image

from engines.drivers import Engine

FAULTS = r"""
const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) =>
  one.getClientRects().length && getComputedStyle(one).visibility === "visible");
const name = (one) => one.outerHTML.slice(0, 100);
const style = (one) => getComputedStyle(one);
const see = (what, found) => found.map((one) => `${what}: ${name(one)}`);
const page = document.documentElement;
return [
  ...(page.dataset.whole === "yes" ? [] : ["part of the page is missing"]),
  ...(page.scrollWidth > page.clientWidth ? ["it goes sideways"] : []),
  ...see("not coloured", [document.body].filter((one) =>
    style(one).backgroundColor === "rgba(0, 0, 0, 0)")),
  ...see("no box to type into", shown(
    "main :is(input:not([type=radio], [type=checkbox], [readonly], .comb), select)"
  ).filter((one) => parseFloat(style(one).borderBottomWidth) < 1 ||
    style(one).backgroundColor === "rgba(0, 0, 0, 0)")),
  ...see("no box to tick", shown("main :is([type=radio], [type=checkbox])").filter((one) =>
    one.getBoundingClientRect().width < 16)),
  ...see("a link like text", shown("main p > a:not([class])").filter((one) =>
    !style(one).textDecorationLine.includes("underline"))),
  ...see("a button like text", shown("main .button:not(.button--link)").filter((one) =>
    parseFloat(style(one).borderBottomWidth) < 1)),
  ...see("a picture that did not come", shown("main img").filter((one) =>
    one.complete && !one.naturalWidth)),
]"""
SIDEWAYS_OR_HUGE = """const { scrollWidth, clientWidth } = document.documentElement;
return [
  ...(scrollWidth > clientWidth ? ["it goes sideways"] : []),
  ...[...document.querySelectorAll("svg")].filter((one) => one.getBoundingClientRect().width > 99)
    .map((one) => one.outerHTML.slice(0, 100)),
]"""
BOX = """const box = arguments[0].getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom, innerWidth]"""
TOLD_APART = 24
"""How far two pixels' greys are apart at least, of 255."""


def faults(engine: Engine) -> list[str]:
    """Defects of this page in this engine."""
    return engine.evaluate(FAULTS)


def squares(engine: Engine, comb) -> int:
    """How many squares are drawn in the field of the code, by the lines that part them."""
    engine.evaluate("arguments[0].scrollIntoView({ block: 'center' })", comb)
    *box, width = engine.evaluate(BOX, comb)
    with Image.open(io.BytesIO(engine.shoot())) as picture:
        scale = picture.width / width
        drawn = picture.convert("L").crop([round(side * scale) for side in box])
    middle = [drawn.getpixel((place, drawn.height // 2)) for place in range(drawn.width)]
    paper = max(set(middle), key=middle.count)
    is_line = [paper - grey > TOLD_APART for grey in middle]
    return (
        sum(now and not before for before, now in zip([False, *is_line], is_line, strict=False)) - 1
    )
