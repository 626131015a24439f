"""A tab's run and the thread that trains it."""
