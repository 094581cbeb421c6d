"""The queue between the station and the CERT."""
