"""What a column of a table is taken for: numbers, categories, dates, or nothing to learn from."""
