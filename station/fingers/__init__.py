"""What the fingers of a capture are, where they lie, and whether they are the right ones."""
