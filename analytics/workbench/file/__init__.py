"""A file of respondents as waves: samples with designs, weights and estimates."""
