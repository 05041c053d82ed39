"""Was my answer counted? For everybody, without an account."""
