"""The command line: each command, what it prints and how it ends."""
