"""What is wrong with the draft, what is proved of it, and the shares of the outcomes."""
