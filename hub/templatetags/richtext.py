"""Shows what people wrote."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from hub import richtext

register = template.Library()


@register.filter
def told(text: str) -> SafeString:
    """Stored HTML, safe to show."""
    return mark_safe(richtext.told(text or ""))


@register.filter
def plain(text: str) -> str:
    """The words of stored HTML alone, on one line."""
    return richtext.plain_text(text or "").replace("\n", " ")
