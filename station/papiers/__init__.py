"""What the counter prints: one file for each paper, one layout for all of them, PDF/A-2u."""
