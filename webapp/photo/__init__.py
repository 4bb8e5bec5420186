"""Photos that people share, events, and rooms of several cameras."""
