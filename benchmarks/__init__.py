"""Measurements that anyone can repeat: one file or folder a bench, each on an embedded stack of its own.

Each has a function `run`, which `./dse bench NAME` calls with what its signature says.
"""
