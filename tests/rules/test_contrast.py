"""Whatever two hues a utility chooses, by day and by night, its words can be read.

Ratios by WCAG 2.2, computed here from the values that stand in tokens.css.
"""

import re

import pytest

from ebok.pages.colours import linear
from ebok.pages.static import FRONTEND

CSS = (FRONTEND / "styles" / "tokens.css").read_text("utf-8")
RAW = re.compile(r"--([\w-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+|var\(--hue-(?:water|mark)\))\)")
WORDS, EDGES = 4.5, 3
PAPERS = ("paper", "paper-lit", "paper-shade")
# What is read or must be made out: this colour on that.
READ = [
    *((ink, paper) for ink in ("ink", "ink-soft", "water", "brick", "moss") for paper in PAPERS),
    *(("on-water", act) for act in ("water", "water-deep")),
    *(("ink", wash) for wash in ("water-wash", "brick-wash", "moss-wash")),
    ("paper", "ink"),
    ("paper", "moss"),
]
SEEN = [("ink-line", paper) for paper in PAPERS]


def themes() -> dict[str, dict]:
    """The raw colours of each theme: the night changes some of the day's."""
    day, night = CSS.split("@media (prefers-color-scheme: dark)")
    colours = {name: parts for name, *parts in RAW.findall(day)}
    return {"light": colours, "dark": colours | {n: p for n, *p in RAW.findall(night)}}


def of_theme(colour: list[str], chosen: int) -> tuple[float, float, float]:
    """Linear red, green and blue of a colour, whose hue may be the utility's."""
    lightness, chroma, hue = colour
    return linear(float(lightness) / 100, float(chroma), chosen if "var" in hue else float(hue))


def luminance(colour: list[str], chosen: int) -> float:
    red, green, blue = (min(max(part, 0), 1) for part in of_theme(colour, chosen))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme: dict, one: str, other: str, chosen: int) -> float:
    light, dark = sorted((luminance(theme[n], chosen) for n in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_any_hue_keeps_its_contrast(theme):
    colours = themes()[theme]
    least = {
        (one, other, need): min(contrast(colours, one, other, hue) for hue in range(361))
        for need, pairs in ((WORDS, READ), (EDGES, SEEN))
        for one, other in pairs
    }
    weak = {pair: round(ratio, 2) for pair, ratio in least.items() if ratio < pair[2]}
    assert weak == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_any_hue_of_the_main_colour_can_be_shown(theme):
    # Else each browser would bring it back into its gamut in its own way, and the ratios above
    # would not be those that people see.
    for name in ("water", "water-deep", "water-wash"):
        for hue in range(361):
            assert all(-0.002 < p < 1.002 for p in of_theme(themes()[theme][name], hue)), (
                name,
                hue,
            )


def test_black_on_white_has_the_known_ratio():
    black_and_white = {"ink": ["0", "0", "0"], "paper": ["100", "0", "0"]}
    assert contrast(black_and_white, "ink", "paper", 0) == pytest.approx(21, abs=0.01)
