"""What somebody looks after who is signed in: password, address, sign-ins, tokens, data."""
