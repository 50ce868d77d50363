"""Small parts of the look: icons, round marks for people, which page is the current one, and whole addresses."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# The addresses of the pages that belong to the person who is signed in.
YOURS = ("/inbox/", "/searches/", "/write/yours/", "/moderate/", "/communities/yours/", "/account/")


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, beside a word: hidden from screen readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("hub/icons.svg"), name)


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """The round mark with a person's portrait or initials, always beside their name."""
    if person and getattr(person, "portrait_url", ""):
        return format_html(
            '<img class="avatar{}" src="{}" alt="" width="96" height="96" loading="lazy">',
            f" {size}" if size else "",
            person.portrait_url,
        )
    hue = person.pk * 47 % 360 // 15 * 15 if person else 310
    return format_html(
        '<span class="avatar{}" data-hue="{}" aria-hidden="true">{}</span>',
        f" {size}" if size else "",
        hue if not 15 <= hue <= 50 else 65,
        person.initials if person else "?",
    )


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], address: str) -> SafeString:
    """Marks a link to this page, or to the part of the site that this page is in, as the current one."""
    path = _path(context)
    if path == address:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"') if address != "/" and path.startswith(address) else mark_safe("")


@register.simple_tag(takes_context=True)
def among_yours(context: dict[str, Any]) -> bool:
    """Whether this is one of the pages that belong to the person who is signed in."""
    return _path(context).startswith(YOURS)


@register.simple_tag(takes_context=True)
def sign_in(context: dict[str, Any], to: str = "") -> str:
    """The address of the sign-in page, which leads back to this page, or `to` the address given."""
    request = context.get("request")
    to = to or (request.get_full_path() if request else "")
    address = reverse("account_login")
    return address if not to or to == "/" or to.startswith("/account/") else f"{address}?{urlencode({'next': to})}"


@register.tag
def corner(parser: Parser, token: Token) -> "CornerNode":
    """`{% corner %}…{% endcorner %}`: the part of a page that names who is signed in. The rest is kept without it."""
    nodelist = parser.parse(("endcorner",))
    parser.delete_first_token()
    return CornerNode(nodelist)


class CornerNode(template.Node):
    """Tells the request how the corner looks (hub.readers)."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Any) -> SafeString:
        """The corner."""
        html = self.nodelist.render(context)
        context["request"].corner = str(html)
        return html


@register.filter
def absolute(address: str) -> str:
    """The whole address, for mails, canonical links and cards: as SITE_URL says, whatever name the request came by."""
    return address if address.startswith(("http://", "https://")) else f"{settings.SITE_URL}{address}"


def _path(context: dict[str, Any]) -> str:
    request = context.get("request")
    return request.path if request else ""
