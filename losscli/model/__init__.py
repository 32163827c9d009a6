"""The nouns: losses and their families, curves, intervals, breaks and marks."""
