"""Measuring candidates live, each in a process of its own."""
