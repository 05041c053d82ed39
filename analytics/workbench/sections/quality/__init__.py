"""Whether the scales of a file measure one thing, and the same thing in every group and wave."""
