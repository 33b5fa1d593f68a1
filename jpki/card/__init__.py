"""The My Number card as its readers know it: the map (`layout`) and the sessions (`client`)."""
