"""The explorer: one web page in which losses of the catalogue are chosen, moved by sliders and read off."""
