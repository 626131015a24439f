"""Several runs compared: seeds, batch sizes, learning rates, the loader's processes."""
