"""*Odsłuchaj kod*: the floor under what listeners understood (docs/decisions/0010).

A test cannot hear. It can tell the loud parts from the pauses between them, and find for each of
the six words the nearest of our thirty files.
"""

import hashlib
import wave
from io import BytesIO
from itertools import pairwise, zip_longest
from math import dist
from operator import mul

import pytest

from ebok.captcha.operations import VOICES
from ebok.languages import LANGUAGES
from visitor import Visitor, solve

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
RATE, FRAME = 8000, 160
SECOND = RATE // FRAME
# What is too quiet at either end of a word to tell it from the murmur, in fiftieths.
LEEWAY = 12
# Ten files in the order of their digits. Whoever changes a voice lets bench/listening.py hear it
# first: a digit in another's folder locks the blind out, and no other test would notice.
HEARD = {
    "pl": "ee33fa98a149c2a4",
    "en": "b6481f495e8bf9cf",
    "uk": "9dc5d74a3071f258",
}


def samples(file) -> list[int]:
    """A sound's samples around zero."""
    with wave.open(file) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 1, RATE)
        return [byte - 128 for byte in sound.readframes(-1)]


def pieces(sound: list[int]) -> list[list[int]]:
    """The sound in fiftieths of a second."""
    return [sound[place : place + FRAME] for place in range(0, len(sound) - FRAME + 1, FRAME)]


def loudness(sound: list[int]) -> list[float]:
    """How loud each fiftieth of a second is."""
    return [(sum(each * each for each in piece) / FRAME) ** 0.5 for piece in pieces(sound)]


def parts(sound: list[int], least: float = 7) -> list[tuple[int, int]]:
    """From where to where it is loud, in fiftieths; a breath within a word is bridged."""
    found: list[list[int]] = []
    for place, loud in enumerate(loudness(sound)):
        if loud > least:
            if found and place - found[-1][1] < SECOND // 3:
                found[-1][1] = place + 1
            else:
                found.append([place, place + 1])
    return [(start, end) for start, end in found]


def course(word: list[int]) -> list[tuple[float, ...]]:
    """For each fiftieth, how loud a word is, and how like itself some samples later: its tone."""
    most = max(loudness(word))
    return [_tone(piece, most) for piece in pieces(word)]


def _tone(piece: list[int], most: float) -> tuple[float, ...]:
    power = sum(each * each for each in piece) + 1
    loud = (power / FRAME) ** 0.5 / most
    weight = min(1, 3 * loud) / power
    later = (sum(map(mul, piece, piece[lag:])) * weight for lag in (1, 2, 3, 4, 6))
    return (loud, *later)


def distance(word: list[tuple], clip: list[tuple]) -> float:
    """Between a word in a sound and a file, at the paces and places it may have been laid."""
    least = 1000.0
    for pace in (0.96, 0.99, 1.02, 1.05, 1.08):
        stretched = [clip[int(step / pace)] for step in range(int(len(clip) * pace))]
        for place in range(min(2 * LEEWAY, len(word) - 1)):
            pairs = zip_longest(word[place:], stretched, fillvalue=(0,) * 6)
            least = min(least, sum(dist(one, other) for one, other in pairs))
    return least


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, str], list]:
    """Our files, by language and digit."""
    return {
        (language, digit): course(samples(str(VOICES / language / digit / "voice.wav")))
        for language in LANGUAGES
        for digit in "0123456789"
    }


def listen(visitor: Visitor) -> tuple[str, list[int]]:
    """The digits of a fresh puzzle, and its sound."""
    captcha = visitor.get("/api/captcha")["captcha"]
    sound = visitor.http.get(captcha["sound"]).content
    return solve(captcha["id"]), samples(BytesIO(sound))


@pytest.mark.parametrize("language", LANGUAGES)
def test_six_words_stand_apart_between_beeps(office, language):
    with Visitor(office, language=language) as visitor:
        for _ in range(4):
            _digits, sound = listen(visitor)
            *beeps, first, second, third, fourth, fifth, sixth, last = parts(sound)
            words = [first, second, third, fourth, fifth, sixth]
            assert len(beeps) == 3
            assert all(end - start <= 0.2 * SECOND for start, end in [*beeps, last])
            # A screen reader has time to say where the focus went.
            assert first[0] >= 3 * SECOND
            assert all(0.1 * SECOND <= end - start <= 1.4 * SECOND for start, end in words)
            pauses = [after[0] - before[1] for before, after in pairwise(words)]
            # Six digits are kept in mind as three and three.
            assert min(pauses) >= 0.7 * SECOND
            assert pauses[2] >= 1.2 * SECOND
            assert max(pauses) <= 2.4 * SECOND
            assert len(sound) <= 17 * RATE


@pytest.mark.parametrize("language", LANGUAGES)
def test_voice_is_loud_and_the_murmur_is_not(office, language):
    with Visitor(office, language=language) as visitor:
        _digits, sound = listen(visitor)
    words = parts(sound)[3:9]
    loud = loudness(sound)
    voice = [max(loud[start:end]) for start, end in words]
    murmur = [max(loud[before[1] + 5 : after[0] - 5]) for before, after in pairwise(words)]
    assert min(voice) > 25
    assert max(voice) < 2.5 * min(voice)
    assert max(murmur) < min(voice) / 5
    assert max(murmur) > 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_said_in_their_order_and_in_the_language_of_the_page(office, known, language):
    with Visitor(office, language=language) as visitor:
        for _ in range(3):
            digits, sound = listen(visitor)
            for digit, (start, end) in zip(digits, parts(sound)[3:9], strict=True):
                word = course(sound[(start - LEEWAY) * FRAME : (end + LEEWAY) * FRAME])
                far = {key: distance(word, clip) for key, clip in known.items()}
                # Of 360 words the right file was the nearest to 359; to one it was 1 % farther.
                assert far[language, digit] < 1.15 * min(far.values()), (digits, digit)


def test_puzzle_sounds_the_same_however_often_it_is_heard(visitor):
    """Else its sounds could be laid over each other until only the digits are left."""
    one, other = (visitor.get("/api/captcha")["captcha"] for _ in range(2))
    sounds = {visitor.http.get(one["sound"]).content for _ in range(4)}
    assert len(sounds) == 1
    assert visitor.http.get(other["sound"]).content not in sounds


@pytest.mark.parametrize("language", LANGUAGES)
def test_voices_are_those_that_were_listened_to(kind, language):
    files = [VOICES / language / str(digit) / "voice.wav" for digit in range(10)]
    assert sum(file.stat().st_size for file in files) < 300_000
    together = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    assert together.hexdigest()[:16] == HEARD[language]
