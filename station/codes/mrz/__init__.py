"""Machine-readable zones of titles: ICAO Doc 9303 (TD1, TD2, TD3) and the old French CNI."""
