"""Invents the people, the holders and the mistakes of a synthetic study."""
