"""What a publication is computed from, as it is stored."""
