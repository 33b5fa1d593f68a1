"""The map of the card: tables, rules and file contents."""
