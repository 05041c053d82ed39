"""New figures by mail to those who asked for them; what is written in them is not known here."""
