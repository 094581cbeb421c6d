"""Where applicants begin online, and the appointments (docs/protocols/predemande.md)."""
