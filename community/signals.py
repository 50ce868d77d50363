"""What higher rooms may want to know. Each is sent inside the transaction of the change."""

from django.dispatch import Signal

# The audience of everything in a community may have changed. Argument: community.
policy_changed = Signal()
# Somebody joined, left, was promoted or removed. Arguments: community, person.
membership_changed = Signal()
# What others see of a person has changed: their name, council, profile or portrait. Argument: person.
person_changed = Signal()
# Somebody closes their account for good: clear away what is theirs alone. Argument: person, still whole.
person_leaving = Signal()
# Somebody asked for a copy of what we keep of them: add to it. Arguments: person, data (a dict to add to).
gathering_data = Signal()
# A community becomes part of another one: carry over what hangs on it. Arguments: community, into, by.
communities_merged = Signal()
