"""What higher rooms may want to know. Each is sent inside the transaction of the change."""

from django.dispatch import Signal

# The audience of everything in a community may have changed. Argument: community.
policy_changed = Signal()
# Somebody joined, left, was promoted or removed. Arguments: community, person.
membership_changed = Signal()
