"""Words in, messages out: the commands and options of the command line, built with Click."""
