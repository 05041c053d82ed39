"""For how many persons each respondent speaks. One method, one file."""
