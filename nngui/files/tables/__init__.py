"""Tables: read, made into data, and written as code."""
