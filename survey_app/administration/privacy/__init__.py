"""What is held about people: of every column what it is, why, who reads it and when it goes."""
