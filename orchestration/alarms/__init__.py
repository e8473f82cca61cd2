"""Alarms: what needs a hand is told once when it begins and once when it ends."""
