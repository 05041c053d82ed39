"""What we ask, as data: the strategy, the instruments and their loader."""
