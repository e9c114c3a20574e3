"""Registrations that wait for a check by hand: what was typed beside what billing holds."""
