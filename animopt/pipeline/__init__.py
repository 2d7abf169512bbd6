"""The pipeline: what was asked of a scene, and the way from there to finished files."""
