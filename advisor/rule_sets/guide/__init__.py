"""Help inside the workshop: what each page is for, and the guide “Editing the rules”."""
