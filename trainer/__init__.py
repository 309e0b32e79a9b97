"""From rated answers to a new tag: readiness, material, the run and its stages, the schedule."""
