"""The CERT, made of software: intake, opening, decisions."""
