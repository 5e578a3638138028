"""One file a change; the highest number is what this release needs."""
