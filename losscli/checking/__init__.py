"""Compares a user's own loss with an exact one: where, by how much, and what the difference looks like."""
