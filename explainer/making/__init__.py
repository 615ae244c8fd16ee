"""From a figure's module to its files, when what they are made from has changed."""
