"""Converts oklch colours of the styles to sRGB, which all supported browsers know.

Lightness and chroma are ours, hues may be the utility's. Browsers before 2023 drop a property with
an oklch colour in it, so none is sent one. Source of the numbers: CSS Color 4, §9.
"""

import math
import re

OKLCH = re.compile(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+|var\(--hue-\w+\))(?: ?/ ?([\d.]+))?\)")


def as_srgb(styles: str, hues: dict[str, int]) -> str:
    """Replace each oklch() by #rrggbb or #rrggbbaa; `hues` maps custom properties to degrees."""

    def written(match: re.Match[str]) -> str:
        lightness, chroma, hue, alpha = match.groups()
        degrees = hues[hue[len("var(") : -1]] if hue.startswith("var") else float(hue)
        parts = [_curved(part) for part in linear(float(lightness) / 100, float(chroma), degrees)]
        parts += [float(alpha)] if alpha else []
        return "#" + "".join(f"{round(part * 255):02x}" for part in parts)

    return OKLCH.sub(written, styles)


def linear(lightness: float, chroma: float, degrees: float) -> tuple[float, float, float]:
    """Linear red, green and blue of an oklch colour; outside 0 to 1 if sRGB has no such colour."""
    a = chroma * math.cos(math.radians(degrees))
    b = chroma * math.sin(math.radians(degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _curved(part: float) -> float:
    """Apply the sRGB transfer curve to a linear component."""
    part = min(max(part, 0), 1)
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
