"""The counter across requests: the agent's session, the dossiers in hand, what goes on in them."""
