"""What the form of an item is made of, and what each input reads and draws."""
