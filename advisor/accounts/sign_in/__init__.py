"""Register, sign in and out, and the links in letters."""
