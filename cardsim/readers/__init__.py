"""The ways to a slot: in process, our own PC/SC service, and vpcd. Knows no kind of card."""
