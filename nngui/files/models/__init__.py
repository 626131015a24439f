"""Model files: read without running anything in them, written whole or not at all."""
