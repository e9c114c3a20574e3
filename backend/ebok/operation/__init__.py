"""Whether the office is well: for whoever runs it, for machines that watch it, for alerts."""
