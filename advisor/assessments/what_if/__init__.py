"""All answers at once, to see what comes of others; nothing is stored by trying."""
