"""What trains: torch and numpy, no Qt and no files."""
