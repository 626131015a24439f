"""What is trained on: tensors, batches, split and scaling, and how made data are drawn."""
