"""What a process costs, here and with a provider: an owner's own figures, apart from the advice."""
