"""A table that is looked at before it is taken: what would be made of it, and what is asked."""
