"""The agency's own directory, which keeps the register current: SCIM 2.0 at its door."""
