"""What a person may find, and parts of pages that look alike to all who may see the same."""

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from community import access
from community.models import CommunityPage
from hub import fragments

register = template.Library()


@register.simple_tag(takes_context=True)
def communities_to_find(context: dict[str, Any], most: int = 12) -> list[CommunityPage]:
    """The communities that whoever asks may find, by name, ready for tiles."""
    found = (
        CommunityPage.objects.visible_to(context["request"].user)
        .unarchived()
        .with_member_count()
        .select_related("policy")
    )
    return list(found.order_by("title")[:most])


@register.simple_tag(takes_context=True)
def answers_for(context: dict[str, Any], community: CommunityPage) -> bool:
    """Whether whoever asks also says what becomes of a community: not those who only stand in."""
    return access.answers_for(context["request"].user, community)


class AlikeNode(template.Node):
    """Keeps what it holds, once for all people from whom the same communities are shut."""

    def __init__(self, name: str, nodelist: NodeList, *, daily: bool = False) -> None:
        self.name, self.nodelist, self.daily = name, nodelist, daily

    def render(self, context: Any) -> SafeString:
        """The part as it was kept, or made now."""
        request = context["request"]
        if getattr(request, "is_preview", False):  # an editor looks at words that are not published
            return mark_safe(str(self.nodelist.render(context)))
        person = request.user
        shut = tuple(access.closed_communities(person)), tuple(access.hidden_communities(person))
        day = timezone.localdate() if self.daily else None
        html = fragments.pieces.kept(("alike", self.name, day, *shut), lambda: str(self.nodelist.render(context)))
        return mark_safe(html)


@register.tag
def alike(parser: Parser, token: Token) -> AlikeNode:
    """`{% alike "name" %}…{% endalike %}`: a part that depends only on who may see which community.

    Nothing in it may name the person who is signed in, hold a form with a token, or follow the clock or the address.
    `{% alike "name" today %}` may follow the day: it is made anew each day.
    """
    _, name, *more = token.split_contents()
    nodelist = parser.parse(("endalike",))
    parser.delete_first_token()
    return AlikeNode(name.strip("\"'"), nodelist, daily="today" in more)
