"""Free text: what in it could point at somebody, and what it is about. Text in, proposals out."""
