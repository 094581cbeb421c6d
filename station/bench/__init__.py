"""One supervised worker process per device: see `bench` for the station's side."""
