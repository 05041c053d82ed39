"""The pages of those who run campaigns: what is under way, and how far it has come."""
