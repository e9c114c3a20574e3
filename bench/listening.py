"""Listeners that are no people: how many of the captcha's digits do they understand?

    .venv/bin/python -m bench.sounds SOUNDS 20
    python -m bench.listening SOUNDS VOICES WHISPER

The second runs by hand, in an environment of its own with captcha, numpy, scipy, ctranslate2,
tokenizers, faster-whisper and pocketsphinx, when the voices or their mix change. VOICES is what
voices.py made; WHISPER is a folder with Whisper base for CTranslate2 (model.bin, tokenizer.json).

Every listener hears six islands of loudness, as a person hears six words, and must take one of ten
digits for each. `whisper` and `sphinx` are recognisers (sphinx knows English only), `voices`
compares with the digits of other speakers. `robot` is no listener: it lays our own files, which
everybody has, over the sound at every place and pace.
"""

import sys
import wave
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from captcha import audio
from ctranslate2 import StorageView
from ctranslate2.models import Whisper as Model
from faster_whisper.feature_extractor import FeatureExtractor
from pocketsphinx import Decoder
from scipy.fft import dct
from scipy.signal import fftconvolve, resample_poly
from tokenizers import Tokenizer

from bench.voices import OTHERS, WORDS

RATE, STEP = 8000, 160
SHIPPED = Path(__file__).parents[1] / "backend" / "ebok" / "captcha" / "voices"


def read(path: Path) -> np.ndarray:
    """The samples of a file, from -1 to 1."""
    with wave.open(str(path)) as file:
        return (np.frombuffer(file.readframes(-1), "u1").astype("f4") - 128) / 128


def body(sound: np.ndarray) -> np.ndarray:
    """Without the beeps before and after the digits."""
    return sound[3 * (len(audio.BEEP) + 4 * len(audio.SILENCE)) : -len(audio.END_BEEP)]


def islands(sound: np.ndarray) -> list[np.ndarray]:
    """The six loud parts, at a threshold amid those at which there are six; or nothing."""
    steps = len(sound) // STEP
    power = (sound[: steps * STEP].reshape(steps, STEP) ** 2).mean(1) ** 0.5
    power = np.convolve(power, np.ones(5) / 5, "same")
    runs = [[]]
    for threshold in np.geomspace(power.max() * 0.7, power.max() * 0.04, 60):
        parts = _parts(power > threshold)
        if len(parts) == 6:
            runs[-1].append(parts)
        elif runs[-1]:
            runs.append([])
    best = max(runs, key=len)
    parts = best[len(best) * 2 // 3] if best else []
    return [sound[max(0, start - 3) * STEP : (end + 4) * STEP] for start, end in parts]


def _parts(loud: np.ndarray) -> list[list[int]]:
    """From where to where it is loud: gaps under 0.24 s are bridged, under 0.12 s is no word."""
    parts = []
    for place in loud.nonzero()[0].tolist():
        if parts and place - parts[-1][1] < 12:
            parts[-1][1] = place + 1
        else:
            parts.append([place, place + 1])
    return [part for part in parts if part[1] - part[0] >= 6]


def wide(word: np.ndarray, around: float) -> np.ndarray:
    """A word as recognisers want it: 16 kHz, as loud as ever, silence around it."""
    return resample_poly(np.pad(word / abs(word).max() * 0.7, int(RATE * around)), 2, 1)


class Listener:
    """Takes each of six words for a digit; -1 is none."""

    def listen(self, sound: np.ndarray, language: str) -> list[int]:
        """The digits of a sound."""
        return [self.hear(word, language) for word in islands(sound)] or [-1] * 6

    def hear(self, word: np.ndarray, language: str) -> int:
        """The digit of a word."""
        raise NotImplementedError


class Whisper(Listener):
    """A recogniser of a hundred languages, asked how likely each of the ten words is."""

    def __init__(self, home: Path) -> None:
        self._features = FeatureExtractor(feature_size=80)
        self._tokens = Tokenizer.from_file(str(home / "tokenizer.json"))
        self._model = Model(str(home), compute_type="int8")

    def hear(self, word: np.ndarray, language: str) -> int:
        """The likeliest digit."""
        # Five seconds instead of its thirty: the same answers, in a fifth of the time.
        features = self._features(wide(word, 0.75).astype("f4"))[:, :500]
        features = np.pad(features, ((0, 0), (0, 500 - features.shape[1])))[None]
        encoded = self._model.encode(StorageView.from_array(np.ascontiguousarray(features)))
        return int(np.argmax([self._score(encoded, language, each) for each in WORDS[language]]))

    def _score(self, encoded, language: str, word: str) -> float:
        text = self._tokens.encode(f" {word.capitalize()}.", add_special_tokens=False).ids
        marks = ("startoftranscript", language, "transcribe", "notimestamps")
        start = [self._tokens.token_to_id(f"<|{mark}|>") for mark in marks]
        aligned = self._model.align(encoded, start, [text], [500])[0]
        return float(np.log(np.maximum(aligned.text_token_probs, 1e-9)).sum())


class Sphinx(Listener):
    """A recogniser of English with a grammar of ten words."""

    def __init__(self) -> None:
        self._decoder = Decoder(lm=None, loglevel="FATAL")
        grammar = f"#JSGF V1.0; grammar digits; public <one> = {' | '.join(WORDS['en'])};"
        self._decoder.add_jsgf_string("digits", grammar)
        self._decoder.activate_search("digits")

    def hear(self, word: np.ndarray, _language: str) -> int:
        """The digit, or -1 where nothing was understood."""
        self._decoder.start_utt()
        samples = (wide(word, 0.25) * 32000).astype("i2")
        self._decoder.process_raw(samples.tobytes(), full_utt=True)
        self._decoder.end_utt()
        heard = self._decoder.hyp()
        return WORDS["en"].index(heard.hypstr) if heard and heard.hypstr else -1


class Memory(Listener):
    """Compares with digits heard before: the shape of their spectrum, stretched in time."""

    def __init__(self, folders: dict[str, list[Path]]) -> None:
        self._known = {
            language: [
                (digit, shape(read(folder / str(digit) / "voice.wav")))
                for folder in each
                for digit in range(10)
            ]
            for language, each in folders.items()
        }

    def hear(self, word: np.ndarray, language: str) -> int:
        """The digit of the nearest one."""
        heard = shape(word)
        return min(self._known[language], key=lambda known: distance(heard, known[1]))[0]


class Robot(Listener):
    """Knows our files, and takes the six best places of any of them at any pace."""

    def listen(self, sound: np.ndarray, language: str) -> list[int]:
        """The digits of a sound."""
        power = np.concatenate([[0], np.cumsum(sound**2)])
        found, taken = sorted(self._places(sound, power, language), reverse=True), []
        for _likeness, middle, digit in found:
            if all(abs(middle - other) > RATE / 2 for other, _digit in taken):
                taken.append((middle, digit))
        return [digit for _middle, digit in sorted(taken[:6])]

    def _places(self, sound: np.ndarray, power: np.ndarray, language: str) -> Iterator[tuple]:
        for digit in range(10):
            clip = (read(SHIPPED / language / str(digit) / "voice.wav") * 128 + 128).astype("u1")
            for pace in np.arange(0.9, 1.205, 0.01):
                file = bytes(audio.change_speed(bytearray(clip.tobytes()), float(pace)))
                file = (np.frombuffer(file, "u1").astype("f4") - 128) / 128
                size = len(file)
                like = fftconvolve(sound, file[::-1], "valid")
                like /= np.sqrt((power[size:] - power[:-size] + 1e-3) * (file**2).sum())
                for _ in range(8):
                    place = int(like.argmax())
                    yield float(like[place]), place + size / 2, digit
                    like[max(0, place - RATE // 3) : place + RATE // 3] = 0


def shape(sound: np.ndarray) -> np.ndarray:
    """Twelve cepstral coefficients each 10 ms, without what the whole word has in common."""
    size, hop, bands = 256, 80, 24
    places = range(0, max(1, len(sound) - size), hop)
    frames = np.stack([sound[place : place + size] for place in places])
    power = abs(np.fft.rfft(frames * np.hanning(size), 512)) ** 2
    edges = 700 * (10 ** (np.linspace(0, 2146, bands + 2) / 2595) - 1) / RATE * 512
    bins = np.arange(power.shape[1])
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    bank = np.maximum(0, np.minimum(rise, fall))
    cepstrum = dct(np.log(power @ bank.T + 1e-3), norm="ortho")[:, 1:13]
    return cepstrum - cepstrum.mean(0)


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """Of two shapes, stretched onto each other (dynamic time warping)."""
    cost = np.linalg.norm(first[:, None] - second[None], axis=2).tolist()
    total = [[float("inf")] * (len(second) + 1) for _ in range(len(first) + 1)]
    total[0][0] = 0
    for i, line in enumerate(cost):
        for j, each in enumerate(line):
            total[i + 1][j + 1] = each + min(total[i][j], total[i][j + 1], total[i + 1][j])
    return total[-1][-1] / (len(first) + len(second))


def hear(sounds: list[Path], name: str, listener, language: str) -> str:
    """One line of the table: what this listener understood of these sounds."""
    right, asked, wrong, codes = Counter(), Counter(), Counter(), 0
    for path in sounds:
        digits = [int(digit) for digit in path.stem[3:9]]
        heard = listener.listen(body(read(path)), language)
        codes += heard == digits
        for digit, taken in zip(digits, heard, strict=True):
            asked[digit] += 1
            (right if digit == taken else wrong)[digit if digit == taken else (digit, taken)] += 1
    each = " ".join(f"{100 * right[digit] / max(1, asked[digit]):.0f}" for digit in range(10))
    most = ", ".join(f"{a}→{b} {count}" for (a, b), count in wrong.most_common(5))
    share = f"{right.total()} of {asked.total()}"
    return f"| {language} | {name} | {codes} of {len(sounds)} | {share} | {each} | {most} |"


def compare(sounds: Path, voices: Path, whisper: Path) -> None:
    """Play every sound to every listener, and print what each understood."""
    strangers = {
        language: [voices / f"{language}-{name}" for name in names]
        for language, names in OTHERS.items()
    }
    listeners = {
        "whisper": Whisper(whisper),
        "sphinx": Sphinx(),
        "voices": Memory(strangers),
        "robot": Robot(),
    }
    print("| language | listener | codes | digits | digits 0 … 9, each in percent | taken for |")
    print("|---|---|---|---|---|---|")
    for language in WORDS:
        files = sorted(sounds.glob(f"{language}-*.wav"))
        for name, listener in listeners.items():
            if name != "sphinx" or language == "en":
                print(hear(files, name, listener, language), flush=True)


if __name__ == "__main__":
    compare(*map(Path, sys.argv[1:4]))
