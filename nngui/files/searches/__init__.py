"""Searches on the disk: a journal that several processes write to, and who of them is still there."""
