"""Make the captcha's voices: `python -m bench.voices DIR` speaks every digit with every voice.

Run by hand, once. It needs sox, and RHVoice with its Polish, Ukrainian and English voices (Debian
non-free: rhvoice rhvoice-polish rhvoice-ukrainian rhvoice-english). Ours are of the voices 1.14 of
Debian 13, whose licences are freer than before, by the program 1.8 of Debian 12; no two makings are
the same to the byte. DIR then holds a folder for each voice: those of SHIPPED were copied to
backend/ebok/captcha/voices, the others are what one listener remembers, see server/port.py.
"""

import subprocess
import sys
from pathlib import Path

WORDS = {
    "pl": [
        "zero",
        "jeden",
        "dwa",
        "trzy",
        "cztery",
        "pięć",
        "sześć",
        "siedem",
        "osiem",
        "dziewięć",
    ],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "uk": ["нуль", "один", "два", "три", "чотири", "п'ять", "шість", "сім", "вісім", "дев'ять"],
}
# The rate in percent: as slow as still sounds like one word.
SHIPPED = {"pl": ("magda", 55), "en": ("slt", 65), "uk": ("anatol", 60)}
OTHERS = {
    "pl": ("natan", "michal", "alicja"),
    "en": ("bdl", "clb", "alan"),
    "uk": ("natalia", "volodymyr", "marianna"),
}
SILENCE = "silence 1 0.01 0.15%"
# Cut to the word, as loud as it can be without shouting, no click at the ends.
SHAPE = f"""highpass 120 {SILENCE} reverse {SILENCE} reverse gain -n -1
    compand 0.005,0.15 6:-50,-60,-35,-20,-15,-9,0,-4 0 -90 0.01 gain -n -0.5
    fade t 0.01 reverse fade t 0.02 reverse"""
# What the captcha package mixes: 8 kHz, 8 bit, mono.
FORM = "-r 8000 -c 1 -b 8 -e unsigned-integer"


def speak(word: str, voice: str, rate: int, file: Path) -> None:
    """One word into one file."""
    raw = file.with_suffix(".raw.wav")
    command = ["RHVoice-test", "-p", voice, "-r", str(rate), "-R", "24000", "-o", str(raw)]
    subprocess.run(command, input=f"{word}.", text=True, check=True)
    subprocess.run(["sox", "-V1", raw, *FORM.split(), file, *SHAPE.split()], check=True)
    raw.unlink()


def speak_all(home: Path) -> None:
    """Every digit of every language by every voice, into DIR/language-voice/digit/voice.wav."""
    for language, words in WORDS.items():
        shipped, rate = SHIPPED[language]
        for voice in (shipped, *OTHERS[language]):
            for digit, word in enumerate(words):
                folder = home / f"{language}-{voice}" / str(digit)
                folder.mkdir(parents=True, exist_ok=True)
                speak(word, voice, rate, folder / "voice.wav")


if __name__ == "__main__":
    speak_all(Path(sys.argv[1]))
