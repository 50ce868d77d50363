"""Codes that people copy by hand."""

from django import template

register = template.Library()


@register.filter
def in_fours(code: str) -> str:
    """A long code in groups of four, which the eye can keep and a narrow page can break."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
