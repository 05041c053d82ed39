"""The identity side: who is asked, what and when; never what they answered."""
