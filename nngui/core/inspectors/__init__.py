"""Questions that a view puts to a run, answered in the run's own thread."""
