"""The product: it knows devices only as contracts."""
