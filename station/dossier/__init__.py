"""The application of one person, from draft to dossier."""
