"""Where in a file its table lies: header, units, comments, totals, and the lines of its rows."""
