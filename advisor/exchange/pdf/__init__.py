"""Papers as tagged PDF: what they are made of, and the program that sets them."""
