"""Invitations on paper: who gets one, what it says, and the file for the printing house."""
