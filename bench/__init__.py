"""Drivers that run the real site on a scratch database: what it costs, and what it survives."""
