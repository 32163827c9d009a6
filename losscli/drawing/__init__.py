"""Numbers and texts to a Matplotlib figure."""
