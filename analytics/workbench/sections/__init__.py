"""What makes one section of the result, from estimates and from methods."""
