"""A recipe to texts: titles, labels, descriptions, `info`, `list`, and numbers as text."""
