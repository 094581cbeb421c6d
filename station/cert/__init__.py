"""What the station says to the CERT and understands of its answers."""
