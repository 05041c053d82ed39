"""Pages that show what is asked."""
