"""The map of the My Number card: AIDs, files, keys, PIN rules, file contents. No behaviour."""
