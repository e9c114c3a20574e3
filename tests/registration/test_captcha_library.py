"""What the pictures and sounds rely on in the captcha package, which documents little of it."""

import tomllib
import wave
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from captcha import audio
from PIL import Image, ImageChops

from ebok.captcha.operations_picture import GROUND, HEIGHT, WIDTH, draw, draw_digit

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


class Chosen(Random):
    """No chance at all: this slant, and always the first of what there is to choose from."""

    def __init__(self, degrees: int):
        super().__init__(0)
        self.degrees = degrees

    def randint(self, _least: int, _most: int) -> int:
        """The slant."""
        return self.degrees

    def choice(self, seq):
        """The first."""
        return seq[0]


def test_package_is_the_one_that_was_looked_at():
    wanted = tomllib.loads(PROJECT.read_text())["project"]["dependencies"]
    assert f"captcha=={version('captcha')}" in wanted


@pytest.mark.parametrize("digit", "0123456789")
def test_library_leaves_nothing_to_chance_where_it_is_given_no_choice(digit):
    drawn = {draw_digit(digit, Random(7)).tobytes() for _ in range(40)}
    assert len(drawn) == 1


def test_same_chance_draws_the_same_picture_and_another_another():
    pictures = [draw("013579", Random(seed)) for seed in (1, 1, 2, 3)]
    assert pictures[0] == pictures[1]
    assert len(set(pictures)) == 3


def test_every_digit_is_drawn_whole_light_on_dark_and_unlike_the_others():
    drawn = [draw_digit(digit, Chosen(5)) for digit in "0123456789"]
    for each in drawn:
        assert each.getpixel((0, 0)) == GROUND
        assert max(band[1] for band in each.getextrema()) > 250
        left, top, right, bottom = ImageChops.difference(
            each, Image.new("RGB", each.size, GROUND)
        ).getbbox()
        assert each.height == HEIGHT
        assert 0 < left < right < each.width
        assert 0 < top < bottom < each.height
        assert bottom - top > 25
    assert len({each.tobytes() for each in drawn}) == 10


def test_slant_is_the_one_that_is_asked_for():
    drawn = {draw_digit("4", Chosen(degrees)).tobytes() for degrees in (-15, 0, 15)}
    assert len(drawn) == 3


def test_picture_has_its_size():
    assert Image.open(BytesIO(draw("111111", Random(1)))).size == (WIDTH, HEIGHT)


def test_pieces_of_sound_do_what_their_names_say():
    assert audio.change_speed(bytearray(b"\x01\x02\x03"), 2) == b"\x01\x01\x02\x02\x03\x03"
    assert audio.change_sound(bytearray((28, 128, 228)), 0.5) == bytes((78, 128, 178))
    silence, voice = bytearray([128] * 4), bytearray((28, 128, 228, 100))
    # Whatever is laid over silence is heard as it is.
    assert audio.mix_wave(bytearray(voice), bytearray(silence)) == voice
    assert set(audio.SILENCE) == {128}
    assert len(audio.SILENCE) == audio.WAVE_SAMPLE_RATE // 5
    assert 0 < len(audio.BEEP) < len(audio.END_BEEP) < audio.WAVE_SAMPLE_RATE


def test_header_says_what_sound_follows():
    body = audio.BEEP + audio.SILENCE
    with wave.open(BytesIO(bytes(audio.patch_wave_header(body)))) as sound:
        told = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
        assert told == (1, 1, audio.WAVE_SAMPLE_RATE)
        assert sound.readframes(-1) == body
