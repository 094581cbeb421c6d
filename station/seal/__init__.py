"""Turn a complete dossier into a package only the CERT can open."""
