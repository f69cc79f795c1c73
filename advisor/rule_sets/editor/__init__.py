"""The items of the draft: listed, edited with forms, removed, changed in bulk, with their history."""
