"""The draft as a visitor would see it; nothing is kept."""
