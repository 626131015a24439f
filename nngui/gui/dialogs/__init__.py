"""The windows that ask something, or show a list."""
