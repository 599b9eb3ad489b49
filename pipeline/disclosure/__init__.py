"""What an edition for outside the network may say: which counts it hides, and why that is enough. Pure."""
