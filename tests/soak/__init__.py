"""Many dossiers in a row at one station: what it holds, and whether it grows."""
