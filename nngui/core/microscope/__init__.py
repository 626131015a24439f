"""One optimizer step, and one window of a convolution, up close."""
