"""An owner comes back: the list of processes, and what is done with saved advice."""
