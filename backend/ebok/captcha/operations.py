"""Creates, draws, speaks and uses up captchas.

A captcha is its id: an expiry time and random bytes, signed. The digits are derived from the id
with the server's key, so open captchas are not stored, and a stolen database answers none.
"""

import base64
import struct
import wave
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from secrets import token_bytes

from captcha import audio
from flask_babel import lazy_gettext as lazy
from peewee import IntegrityError

from ebok import limits
from ebok.actor import Actor
from ebok.captcha import operations_picture
from ebok.captcha.models import SpentCaptcha
from ebok.database import is_ahead, now
from ebok.errors import InvalidForm, NotFound, TooMany
from ebok.settings import Settings
from ebok.tokens import same, sign

MINUTES = 10
VOICES = Path(__file__).parent / "voices"
# Bytes per second: the package's sounds are 8 bit mono, and 128 is silence.
RATE = audio.WAVE_SAMPLE_RATE
# Three seconds, so that a screen reader has finished announcing the focus.
CALL = 3 * (audio.BEEP + 4 * audio.SILENCE)
HISS = bytes(126 + byte % 4 for byte in range(256))
HOUR = timedelta(hours=1)


class Voice:
    """The spoken digits of one language. The `captcha` package has English ones only.

    Its mixing drowns the digits in others played backwards: none of our listeners understood them,
    while a program that correlates the sound with our files finds them anyway
    (docs/decisions/0010).
    """

    def __init__(self, language: str) -> None:
        # Loaded in one step: two threads may request the first sound at once.
        self._digits = [_clip(VOICES / language / str(digit) / "voice.wav") for digit in range(10)]

    def say(self, digits: str, chance: Random) -> bytes:
        """The sound: three beeps, the digits slowly in two groups of three, and a final beep."""
        words = [self._word(int(digit), chance) for digit in digits]
        pauses = [_seconds(0.8, 1.2, chance) for _ in words]
        pauses[len(words) // 2 - 1] += RATE // 2
        place = RATE // 2
        sound = self._murmur(place + sum(map(len, words)) + sum(pauses), chance)
        for word, pause in zip(words, pauses, strict=True):
            _lay(word, sound, place)
            place += len(word) + pause
        return bytes(audio.patch_wave_header(CALL + sound + audio.END_BEEP))

    def _word(self, digit: int, chance: Random) -> bytearray:
        word = audio.change_speed(self._digits[digit], chance.randint(95, 110) / 100)
        return audio.change_sound(word, chance.randint(90, 100) / 100)

    def _murmur(self, length: int, chance: Random) -> bytearray:
        """Hiss and reversed digits, quiet enough for a person to ignore them."""
        murmur = bytearray(chance.randbytes(length).translate(HISS))
        place = 0
        while place < length:
            word = audio.change_sound(chance.choice(self._digits)[::-1], chance.uniform(0.03, 0.06))
            _lay(word[: length - place], murmur, place)
            place += len(word) + _seconds(0, 0.1, chance)
        return murmur


class TooManySounds(TooMany):
    """The rate limit of sounds is used up. A sound takes 50 ms of processor, as twelve pictures."""

    code = "too-many-sounds"


def new() -> str:
    """Create a captcha and return its id."""
    expires = int((datetime.now(UTC) + timedelta(minutes=MINUTES)).timestamp())
    body = base64.urlsafe_b64encode(struct.pack(">I", expires) + token_bytes(11)).decode()
    return f"{body}{_seal(body)}"


def draw(actor: Actor, captcha_id: str, most: int) -> bytes:
    """The captcha as a PNG picture. Raises TooMany, NotFound."""
    if not limits.consume("captcha-picture", actor.network, most, HOUR):
        raise TooMany()
    _expiry(captcha_id)
    chance = Random(sign("captcha-picture", captcha_id))
    return operations_picture.draw(_digits(captcha_id), chance)


def say(actor: Actor, captcha_id: str, language: str, most: int) -> bytes:
    """The captcha as a WAV sound in `language`. Raises TooManySounds, NotFound.

    The last few are kept: iPhones fetch a sound in parts, and each would take as long as the whole.
    """
    return _spoken(actor.network, captcha_id, language, most)


@lru_cache(maxsize=16)
def _spoken(network: str, captcha_id: str, language: str, most: int) -> bytes:
    if not limits.consume("captcha-sound", network, most, HOUR):
        raise TooManySounds()
    _expiry(captcha_id)
    # The same captcha always gives the same sound: two different ones could be averaged.
    chance = Random(sign("captcha-sound", captcha_id))
    return _voice(language).say(_digits(captcha_id), chance)


def spend(actor: Actor, captcha_id: str, answer: str, most: int) -> None:
    """Use the captcha up. Raises InvalidForm if the answer is wrong, late or repeated, and TooMany.

    Each answer stores a row, and captchas are free to create, so answers are rate-limited too.
    """
    if not limits.consume("captcha-answer", actor.network, most, HOUR):
        raise TooMany()
    try:
        _expiry(captcha_id)
        is_first, is_in_time = use_up(captcha_id, captcha_id[:20], MINUTES)
    except NotFound:
        is_first = is_in_time = False
    if not is_first:
        raise refusal(
            lazy("This picture has already been used. Enter the digits from the new one.")
        )
    if not is_in_time:
        raise refusal(lazy("This picture is too old. Enter the digits from the new one."))
    if not same(answer, _digits(captcha_id)):
        raise refusal(lazy("These were not the digits. Enter the ones from the new picture."))


def use_up(puzzle_id: str, body: str, minutes: int) -> tuple[bool, bool]:
    """Record that a captcha was answered; returns (whether first time, whether in time).

    `body` holds its expiry, which is at most `minutes` ahead.
    """
    expires_at, moment = expiry_in(body), now()
    is_late = expires_at < moment or is_ahead(expires_at, moment + timedelta(minutes=minutes))
    try:
        SpentCaptcha.insert(id=puzzle_id, expires_at=expires_at).execute()
    except IntegrityError:
        return False, not is_late
    return True, not is_late


def refusal(sentence: str) -> InvalidForm:
    """InvalidForm with this sentence at the answer's field; the page must fetch another captcha."""
    return InvalidForm([("captcha_answer", sentence)], captcha_spent=True)


def valid_until(captcha_id: str) -> datetime:
    """Until when (UTC) an answer is accepted. Raises NotFound if the captcha is not ours."""
    return _expiry(captcha_id)


def _expiry(captcha_id: str) -> datetime:
    """Expiry time of the captcha. Raises NotFound if its signature is not ours."""
    body, seal = captcha_id[:20], captcha_id[20:]
    if not captcha_id.isascii() or not same(seal, _seal(body)):
        raise NotFound()
    return expiry_in(body)


def expiry_in(body: str) -> datetime:
    """Expiry time (UTC) that the body of an id holds."""
    (expires,) = struct.unpack(">I", base64.urlsafe_b64decode(body)[:4])
    return datetime.fromtimestamp(expires, UTC).replace(tzinfo=None)


def _seal(body: str) -> str:
    return base64.urlsafe_b64encode(sign("captcha-id", body)[:15]).decode()


def _digits(captcha_id: str) -> str:
    return f"{int.from_bytes(sign('captcha', captcha_id)[:8]) % 1_000_000:06}"


@cache
def _voice(language: str) -> Voice:
    return Voice(language)


def _clip(path: Path) -> bytearray:
    with wave.open(str(path)) as file:
        return bytearray(file.readframes(-1))


def _seconds(least: float, most: float, chance: Random) -> int:
    return int(RATE * chance.uniform(least, most))


def _lay(word: bytearray, ground: bytearray, place: int) -> None:
    ground[place : place + len(word)] = audio.mix_wave(word, ground[place : place + len(word)])


def forget_puzzles(moment: datetime, _settings: Settings) -> int:
    """Delete rows of captchas that have expired and so cannot be answered any more."""
    return SpentCaptcha.delete().where(SpentCaptcha.expires_at < moment).execute()
