"""How plain-text letters show what a person wrote."""

import textwrap

from django import template

register = template.Library()

WIDTH = 68


@register.filter
def said(words: str) -> str:
    """Somebody's words in a plain-text letter: wrapped, each line behind the two strokes."""
    lines = [part for line in words.strip().splitlines() for part in textwrap.wrap(line, WIDTH - 3) or [""]]
    return "\n".join(f"// {line}".rstrip() for line in lines)
