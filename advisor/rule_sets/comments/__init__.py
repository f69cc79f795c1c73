"""Comments on the items of the draft: written, answered, settled, and kept with the version that they led to."""
