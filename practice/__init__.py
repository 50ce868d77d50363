"""What people did, and whether it is worth repeating."""
