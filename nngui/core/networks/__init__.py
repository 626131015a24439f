"""How each network is built, written as code, and told from a file."""
