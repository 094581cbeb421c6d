"""What the counter costs, without a name: gestures on each screen, and a model of their time."""
