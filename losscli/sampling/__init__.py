"""A recipe to numbers: arrays, breaks, marks and the limits of axes."""
