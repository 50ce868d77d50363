"""Small parts of the look: icons and round marks for people."""

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, beside a word: hidden from screen readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("hub/icons.svg"), name)


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """The round mark with a person's initials, always beside their name."""
    hue = person.pk * 47 % 360 // 15 * 15 if person else 310
    return format_html(
        '<span class="avatar{}" data-hue="{}" aria-hidden="true">{}</span>',
        f" {size}" if size else "",
        hue if not 15 <= hue <= 50 else 65,
        person.initials if person else "?",
    )
