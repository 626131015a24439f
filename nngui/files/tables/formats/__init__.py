"""Tables in files that are no text: Excel, Parquet and NumPy."""
