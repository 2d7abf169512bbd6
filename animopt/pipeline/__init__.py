"""The pipeline: from scenes and the options asked for to finished files."""
