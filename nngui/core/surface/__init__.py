"""The surface of the loss over two directions of parameter space."""
