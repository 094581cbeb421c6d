"""Devices made of software, at the far end of the real wire."""
