"""What campaigns share: a daemon of one's own, the main job, and what it has acknowledged."""
