"""The parts of the dialog that opens a table."""
