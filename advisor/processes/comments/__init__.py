"""An owner's comments on the sections of an advice: private, and kept in the history of the process."""
