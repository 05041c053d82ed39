"""Whether a scale measures one thing, and the same thing in every group."""
