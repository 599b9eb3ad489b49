"""Two editions compared: what changed in what they publish and, from their journals, why, to the unit."""
