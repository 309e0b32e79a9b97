"""The stages of a run, one module each; each runs as its own supervised process."""
