"""What crosses from a run to the window: pictures, losses, and runs that were stored."""
