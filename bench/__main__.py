"""`make bench`: run every comparison and print one table."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from bench import importing  # noqa: E402

print("| what | database | ours | baseline | ratio |")
print("|---|---|---|---|---|")
for row in importing.compare():
    print(row, flush=True)
