"""Two samples that share persons or clusters, and what of a change comes of either."""
