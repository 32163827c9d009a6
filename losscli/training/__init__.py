"""Lets a prediction descend on a loss: the steps of an optimizer, the loss above its floor, and what a path is like."""
