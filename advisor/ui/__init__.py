"""The interface: the walk in Textual, one module a screen."""
