"""Tables of published figures: no answers, only means and their errors."""
