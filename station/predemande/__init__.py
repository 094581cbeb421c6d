"""What was begun online, and the appointments of the day (docs/protocols/predemande.md)."""
