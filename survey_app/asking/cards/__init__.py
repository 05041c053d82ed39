"""Cards on paper: the piles of a wave, to be cut and drawn from."""
