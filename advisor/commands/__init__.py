"""The commands with their options; light, for `--help` loads them all."""
