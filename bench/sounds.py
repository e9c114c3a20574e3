"""Store the captcha's sounds as an installation serves them: `python -m bench.sounds DIR 20`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from bench.house import offices  # noqa: E402
from bench.voices import WORDS  # noqa: E402
from visitor import Visitor, solve  # noqa: E402


def fetch(home: Path, times: int) -> None:
    """Store `times` sounds per language, named by language and digits."""
    home.mkdir(parents=True, exist_ok=True)
    for _kind, office in offices(("SQLite",)):
        with office:
            for language in WORDS:
                for _ in range(times):
                    with Visitor(office, language=language) as visitor:
                        captcha = visitor.get("/api/captcha")["captcha"]
                        sound = visitor.http.get(captcha["sound"]).content
                    (home / f"{language}-{solve(captcha['id'])}.wav").write_bytes(sound)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]), int(sys.argv[2]))
