"""Running the year on pages: opening, reminding, closing and cancelling waves by those who ask."""
