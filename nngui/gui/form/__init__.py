"""The form: a field for each setting."""
