"""Reports in the forms of others."""
