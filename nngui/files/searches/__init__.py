"""Searches on the disk: a journal that many processes write to, and who is still there."""
