"""One run: its state, the tutorial's loop, its health, and how it ends."""
