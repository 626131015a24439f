"""What to train: the settings of a run, their text, and PyTorch's names for them."""
