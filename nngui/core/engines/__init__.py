"""What else takes the steps of a run: an accelerator, all cores; and which one to take."""
