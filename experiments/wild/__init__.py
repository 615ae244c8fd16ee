"""Recurrent networks as others deploy them, read from packages of the Python registry.

A module a network: how its weights are read without running the package, the whole model in plain
NumPy, how well it does what its makers say, and what its recurrent layers read while it does. A
network's dynamics are believed only if it does its task.
"""
