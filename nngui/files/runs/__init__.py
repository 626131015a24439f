"""Runs on disk: recovery files, the list of runs, losses, logs."""
