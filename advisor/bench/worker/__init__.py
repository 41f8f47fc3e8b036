"""The only rooms with torch: the host that imports it once, and the engines its sessions run."""
