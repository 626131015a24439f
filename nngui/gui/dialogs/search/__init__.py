"""Searching settings: what is searched over, the trials as a table and as pictures."""
