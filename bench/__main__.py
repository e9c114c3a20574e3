"""`make bench`: run every comparison, or those named (`importing`, `serving`), as one table."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from bench import importing, serving  # noqa: E402

COMPARISONS = {"importing": importing, "serving": serving}

print("| what | database | ours | baseline or goal | ratio |")
print("|---|---|---|---|---|")
for name in sys.argv[1:] or COMPARISONS:
    for row in COMPARISONS[name].compare():
        print(row, flush=True)
