"""What a trained network is worth: scores, baselines, and what might help it."""
