"""Going back in a run: states kept on the way, and the steps behind them taken again."""
