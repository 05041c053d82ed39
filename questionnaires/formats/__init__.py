"""Questionnaires in the formats of others: what is read of them, and what is written for them."""
