"""Draws a captcha's picture: the package draws each digit, we place and distort them.

The same captcha always gives the same picture: several random ones could be averaged until only the
digits are left. The package draws its random numbers from `secrets`, so it is given no choices, and
ours come from a generator seeded with the captcha.
"""

from io import BytesIO
from random import Random

from captcha.image import ImageCaptcha
from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT, TILE = 240, 80, 70
# Light on dark: the package blends dark digits to a grey that is hard to read.
DIGITS, GROUND = (254, 253, 250, 255), (19, 36, 46)
FONT_SIZES = (50, 56, 60)
DEGREES, DOTS = 18, 30


def draw(digits: str, chance: Random) -> bytes:
    """The digits as a PNG picture, which depends on them and on `chance` alone."""
    picture, left = Image.new("RGB", (WIDTH, HEIGHT), GROUND), 0
    for digit in digits:
        tile = _warp(draw_digit(digit, chance), chance)
        placed = Image.new("RGB", picture.size, GROUND)
        placed.paste(tile, (left, chance.randint(-3, 3)))
        # `lighter` keeps both digits where they overlap.
        picture = ImageChops.lighter(picture, placed)
        left += chance.randint(30, 37)
    _disturb(ImageDraw.Draw(picture), chance)
    written = BytesIO()
    picture.filter(ImageFilter.SMOOTH).save(written, format="png")
    return written.getvalue()


def draw_digit(digit: str, chance: Random) -> Image.Image:
    """One digit, drawn by the package with a random size and slant."""
    maker = ImageCaptcha(TILE, HEIGHT, font_sizes=(chance.choice(FONT_SIZES),))
    angle = chance.randint(-DEGREES, DEGREES)
    maker.character_rotate = (angle, angle)
    maker.character_offset_dx = maker.character_offset_dy = (0, 0)
    maker.character_warp_dx = maker.character_warp_dy = (0, 0)
    maker.word_space_probability, maker.word_offset_dx = 1, 0
    return maker.create_captcha_image(digit, DIGITS, GROUND)


def _warp(tile: Image.Image, chance: Random) -> Image.Image:
    """Move each corner of the picture to a random place."""
    corners = ((0, 0), (0, tile.height), (tile.width, tile.height), (tile.width, 0))
    pulled = [(x + chance.randint(-6, 6), y + chance.randint(-7, 7)) for x, y in corners]
    flat = [place for corner in pulled for place in corner]
    quad, soft = Image.Transform.QUAD, Image.Resampling.BILINEAR
    return tile.transform(tile.size, quad, flat, soft, fillcolor=GROUND)


def _disturb(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    """Add dots, and a curve through all digits."""
    for _ in range(DOTS):
        x, y = chance.randrange(WIDTH), chance.randrange(HEIGHT)
        pen.line((x, y, x - 1, y - 1), fill=DIGITS, width=3)
    start = (chance.randint(0, WIDTH // 5), chance.randint(HEIGHT // 5, HEIGHT // 2))
    end = (chance.randint(WIDTH // 2, WIDTH), chance.randint(HEIGHT // 2, HEIGHT))
    pen.arc((*start, *end), chance.randint(0, 20), chance.randint(160, 200), fill=DIGITS)
