"""All remedies and experiments with many seeds: what stood before, what after, in how many better.

    python tests/benchmarks/remedies.py [--seeds 20] [--costly 3] [--only WORD]

The same records are held by `tests/core/remedies/test_remedies.py` with few seeds. Turbo trains
what it covers: some minutes for 20 seeds.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.core.remedies.advice import ENDINGS, FOUND, HINTS, LESSONS
from tests.core.remedies.experiments import CLAIMS, REMEDIES
from tests.core.remedies.records import NO_WORSE, forget


def main() -> int:
    """Print the two tables; the exit status is 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="of each remedy and experiment")
    parser.add_argument("--costly", type=int, default=3, help="of those that take seconds a run")
    parser.add_argument("--only", default="", help="those whose name has this in it")
    asked = parser.parse_args()
    broken = 0
    print(f"{'remedy':80} {'before':>8} {'after':>8} {'tutorial':>8}  better  seeds")
    for remedy in (*REMEDIES, *HINTS, *ENDINGS, *LESSONS, *FOUND):
        if asked.only not in remedy.name:
            continue
        count = asked.costly if remedy.costly else asked.seeds
        rows = np.array(remedy.tried(range(1, count + 1)))
        before, after, own = np.median(rows, axis=0)
        better = int((rows[:, 1] < rows[:, 0]).sum())
        kept = after <= remedy.margin * before and (not remedy.fits or after <= NO_WORSE * own)
        broken += not kept
        tutorial = f"{own:8.4g}" if remedy.fits else f"{'':8}"
        note = "" if kept else "  NOT KEPT"
        print(
            f"{remedy.name:80} {before:8.4g} {after:8.4g} {tutorial}  {better:6d}  "
            f"{len(rows):5d}{note}",
            flush=True,
        )
        forget()
    print(f"\n{'experiment':40} shown in")
    for claim in CLAIMS:
        name = f"{claim.task}: {claim.preset}"
        if asked.only not in name:
            continue
        seen = claim.seen(range(1, (asked.costly if claim.costly else asked.seeds) + 1))
        kept = sum(seen) >= 0.9 * len(seen)
        broken += not kept
        note = "" if kept else "  NOT KEPT"
        print(f"{name:40} {sum(seen):3d} of {len(seen):2d}  {claim.words[:60]}{note}", flush=True)
        forget()
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
