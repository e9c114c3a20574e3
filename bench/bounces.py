"""Accuracy of DSN parsing on sisimai's public set of mails.

    .venv/bin/python -m bench.bounces EMAILS FACTS

EMAILS is `maildir/bsd` of a copy of github.com/sisimai/set-of-emails, FACTS `fact` of a copy of
github.com/sisimai/go-sisimai, whose tests classify each mail. Neither is part of this project:
fetch them yourself.

Dead is what sisimai calls a hard bounce: userunknown, hostunknown, hasmoved, notaccept. Two kinds
are listed separately: "suspend", a disabled mailbox (5.2.1), which counts as dead here, too; and
"filtered", where the server says "user unknown" and sisimai knows better from the SMTP step, which
most of these mails do not contain. DSNs with several recipients of different outcomes are left out,
as our mails have one recipient.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from ebok.mail.answers import DEAD
from ebok.notifications.operations_dsn import read

FACT = re.compile(r'\{"(\d\d)",\s*\d+,\s*"[^"]*",\s*"[^"]*",\s*"([^"]*)",\s*(true|false)')
APART = ("suspend", "filtered")


def facts(folder: Path) -> dict[str, list[tuple[str, bool]]]:
    """File name -> [(kind, whether it is a hard bounce)]."""
    told: dict[str, list[tuple[str, bool]]] = {}
    for path in sorted(folder.glob("*_test.go")):
        engine = re.sub(r"^\d+-|_test$", "", path.stem)
        for label, kind, is_hard in FACT.findall(path.read_text("utf-8")):
            told.setdefault(f"{engine}-{label}", []).append((kind, is_hard == "true"))
    return told


def compare(emails: Path, facts_folder: Path):
    """Rows of the table: group, number of mails, number classified as dead."""
    seen, dead, wrong = Counter(), Counter(), []
    for name, kinds in sorted(facts(facts_folder).items()):
        path = emails / f"{name}.eml"
        if not path.exists() or len({is_hard for _kind, is_hard in kinds}) > 1:
            continue
        kind, is_hard = kinds[0]
        group = kind if kind in APART else "dead" if is_hard else "others"
        report = read(path.read_bytes())
        is_dead = bool(report and report.kind == DEAD)
        seen[group] += 1
        dead[group] += is_dead
        if group not in APART and is_dead != is_hard:
            wrong.append(f"{name}: {kind}, read as {report.kind if report else 'no report'}")
    for group, count in seen.items():
        share = dead[group] / count
        yield f"{group:9} {count:4} mails, {dead[group]:4} taken for dead, {share:.1%}"
    yield from wrong


if __name__ == "__main__":
    for row in compare(Path(sys.argv[1]), Path(sys.argv[2])):
        print(row)
