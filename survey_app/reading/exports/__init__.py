"""What a reader may take out: the tables of publications, in formats that other programs read."""
