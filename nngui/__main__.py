"""``python -m nngui``."""

import sys

from nngui.signals import Interrupted, stop_signals


def main() -> int:
    """Run the program; signals count from here on, also while it is being imported."""
    with stop_signals(patient=False):
        try:
            from nngui.cli import main as run

            return run()
        except Interrupted as signal:
            return signal.code


if __name__ == "__main__":
    sys.exit(main())
