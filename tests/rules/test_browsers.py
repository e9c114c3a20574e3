"""What is served holds to the oldest browsers that we promise: see frontend/browsers.mjs."""

import subprocess

import pytest

from ebok.pages.static import FRONTEND, open_static
from ebok.settings import Settings, Utility

UNKNOWN = {
    "new.js": {
        'const f = (text) => /(?<=a)b/.test(text) || new RegExp("(?<!a)b");': "regexp lookbehind",
        "new URLSearchParams(location.search).size;": "URLSearchParams.size",
        "Object.groupBy([], String);": "Object.groupBy",
        "[].findLast(Boolean);": "Array.findLast",
        "navigator.userActivation; new ViewTransition();": "ViewTransition",
    },
    "new.css": {
        "a { color: oklch(50% 0.1 20) }": "oklch()",
        "a { --own: oklch(50% 0.1 20) }": "oklch()",
        "a { text-decoration: underline 2px red }": "text-decoration with a thickness",
        "a { height: 100dvh }": "unit dvh",
        "a { rotate: 1deg }": "rotate",
        "a:user-invalid { color: red }": ":user-invalid",
        "@container (width > 1px) { a { color: red } }": "@container",
        "a:hover { color: red }": ":hover where nothing hovers",
    },
}
KNOWN = {
    "old.css": [
        "a { height: 100vh; height: 100dvh }",
        "@supports (rotate: 1deg) { a { rotate: 1deg } }",
        "a { color: red; color: oklch(50% 0.1 20) }",
        "@media (hover: hover) { a:hover { color: red } }",
    ],
    "old.js": ["[1, 2].at(-1); structuredClone({}).size; /(?<year>x)(?:y)/u.test('');"],
}


def checked(*paths) -> list[str]:
    command = ["node", FRONTEND / "browsers.mjs", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.stderr
    assert done.returncode == bool(done.stdout)
    return done.stdout.splitlines()


@pytest.mark.parametrize("hue", [205, 10])
def test_no_file_has_what_our_oldest_browsers_do_not_know(tmp_path, hue):
    for name, document in open_static(Settings(utility=Utility(hue_water=hue))).files.items():
        (tmp_path / name).write_bytes(document.body)
    assert checked(*tmp_path.glob("*.js"), *tmp_path.glob("*.css")) == []


def test_what_they_do_not_know_is_found(tmp_path):
    wanted = []
    for name, texts in UNKNOWN.items():
        for number, (text, word) in enumerate(texts.items()):
            (tmp_path / f"{number}-{name}").write_text(text)
            wanted.append(f"{number}-{name}: {word}")
    assert set(wanted) <= set(checked(*tmp_path.iterdir()))


def test_what_has_something_else_for_them_is_not(tmp_path):
    for name, texts in KNOWN.items():
        for number, text in enumerate(texts):
            (tmp_path / f"{number}-{name}").write_text(text)
    assert checked(*tmp_path.iterdir()) == []
