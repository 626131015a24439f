"""Plots: numpy in, pixels out. They know no torch and no task."""
