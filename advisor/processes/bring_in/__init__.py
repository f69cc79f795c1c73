"""Bring a list of processes in: a file or pasted names, looked at before anything of it is kept as a process."""
