"""New figures by mail: who asks for what, and what a letter says."""
