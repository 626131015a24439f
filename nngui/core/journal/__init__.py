"""What happened to a run: the settings that it began with, and every edit since."""
