"""Many settings tried, one after the other: which ones, how well each does, and when to give up."""
