"""What is missing by design, and what imputation adds to an error."""
