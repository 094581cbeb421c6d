"""The look of the agents' pages: templates, style sheet, ES modules; knows no dossier."""
