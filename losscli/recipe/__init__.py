"""What is asked for: a command line, read once into a Recipe."""
