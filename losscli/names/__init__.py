"""What a name means: a loss of the catalogue, as itself or as a library calls it."""
