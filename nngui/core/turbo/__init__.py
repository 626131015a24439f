"""The compiled engine: the same steps without Python between them."""
