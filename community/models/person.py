"""The people who sign in, write and meet."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase

if TYPE_CHECKING:
    from community.models.membership import Membership


EDITORS_GROUP = "Editors of the site"


class PersonQuerySet(models.QuerySet["Person"]):
    """Questions about people."""

    def visible_to(self, person: Any) -> Self:
        """People whose page may be read. A profile is public while its account is active."""
        return self.filter(is_active=True)

    def with_something_to_show(self) -> Self:
        """People who have said more of themselves than their name."""
        said = models.Q()
        for field in ("role_title", "biography", "why_i_take_part", "offers", "looks_for"):
            said |= ~models.Q(**{field: ""})
        return self.exclude(name="").filter(said | ~models.Q(council=None))

    def matching(self, words: str) -> Self:
        """People whose name, work, council, skills or offers hold each of these words."""
        found = self
        for word in words.split()[:8]:
            fields = ("name", "role_title", "offers", "council__name", "council__short_name")
            matches = models.Q(skill_items__tag__name__icontains=word)
            for field in fields:
                matches |= models.Q(**{f"{field}__icontains": word})
            found = found.filter(pk__in=Person.objects.filter(matches).order_by().values("pk"))
        return found

    def skilled_in(self, slug: str) -> Self:
        """People who name this skill."""
        return self.filter(pk__in=PersonSkill.objects.filter(tag__slug=slug).values("content_object"))

    def working_for(self, *councils: Any) -> Self:
        """People of these councils and of those that they took over from."""
        from community.models.council import Council

        return self.filter(council__in=Council.objects.with_predecessors(*councils))

    def members_of(self, *communities: Any) -> Self:
        """Active members of any of these communities."""
        active = apps.get_model("community", "Membership").objects.active()
        return self.filter(pk__in=active.filter(community__in=communities).values("person"))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)["Person"]):  # type: ignore[misc]
    """Makes people. The e-mail address is the name that they sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person; without a password they can only come in by reset or single sign-on."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make an administrator, who may do everything."""
        return self.create_user(email, password, **{"is_superuser": True, "is_editor": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Find a person by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who takes part. Signs in by e-mail address; has a public page."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField("your name", max_length=120, blank=True)
    council = models.ForeignKey(
        "community.Council", null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    role_title = models.CharField("what you do", max_length=120, blank=True)
    biography = models.TextField("about you", max_length=1200, blank=True)
    why_i_take_part = models.TextField("why you take part", max_length=400, blank=True)
    offers = models.TextField("what you can offer", max_length=800, blank=True, help_text="One a line")
    looks_for = models.TextField("what you look for", max_length=800, blank=True, help_text="One a line")
    working_days = models.CharField("when you can be reached", max_length=120, blank=True)
    links = models.TextField("links elsewhere", max_length=1000, blank=True, help_text="One address a line")
    portrait = models.ForeignKey("hub.Picture", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    mail_notices = models.BooleanField("send me notices by e-mail", default=True)
    source = models.CharField("id in the import", max_length=160, blank=True, editable=False)
    is_active = models.BooleanField("may sign in", default=True)
    is_editor = models.BooleanField(
        "edits the site", default=False, help_text="May use the editors' admin and read and moderate everything"
    )
    left_at = models.DateTimeField("closed the account on", null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()
    skills = TaggableManager(through="community.PersonSkill", blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_an_address"),
            models.UniqueConstraint(fields=["source"], condition=~models.Q(source=""), name="one_person_a_source_id"),
        ]

    def __str__(self) -> str:
        return self.name or "Someone without a name yet"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep membership of the group of editors in step with `is_editor`, the one truth."""
        fields = kwargs.get("update_fields")
        with transaction.atomic():
            super().save(*args, **kwargs)
            if fields is None or "is_editor" in fields:
                group = Group.objects.get_or_create(name=EDITORS_GROUP)[0] if self.is_editor else None
                if group:
                    self.groups.add(group)
                else:
                    self.groups.through.objects.filter(person=self, group__name=EDITORS_GROUP).delete()

    @property
    def is_staff(self) -> bool:
        """Whether they may see the pages for staff that a package brings. Read only: `is_editor` decides."""
        return self.is_editor or self.is_superuser

    @property
    def slug(self) -> str:
        """The readable end of their address."""
        return slugify(self.name) or "person"

    @property
    def initials(self) -> str:
        """Two letters for the round mark that stands for a face."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper() or "?"

    def get_full_name(self) -> str:
        """The name that others see."""
        return str(self)

    def get_short_name(self) -> str:
        """What a greeting calls them."""
        return self.name.split()[0] if self.name.strip() else "there"

    def offer_list(self) -> list[str]:
        """What they offer, one by one."""
        return _lines(self.offers)

    def looks_for_list(self) -> list[str]:
        """What they look for, one by one."""
        return _lines(self.looks_for)

    def link_list(self) -> list[str]:
        """Their web addresses. Anything else that came in by an import is left out."""
        return [link for link in _lines(self.links) if link.startswith(("https://", "http://"))]

    @property
    def portrait_url(self) -> str:
        """The address of their portrait, or nothing. A new portrait has a new address."""
        return reverse("portrait", args=[self.pk, self.portrait_id]) if self.portrait_id else ""

    def confirmed_addresses(self) -> list[str]:
        """The e-mail addresses that they have shown to be theirs, in lower case."""
        addresses = apps.get_model("account", "EmailAddress").objects.filter(user=self, verified=True)
        return [address.lower() for address in addresses.values_list("email", flat=True)]

    def get_absolute_url(self) -> str:
        """Their page."""
        return reverse("person", args=[self.pk, self.slug])

    @cached_property
    def memberships_by_community(self) -> "dict[int, Membership]":
        """Their active memberships by the id of the community, read once for each request."""
        return {membership.community_id: membership for membership in self.memberships.active().with_standing_in()}

    @property
    def facilitates_somewhere(self) -> bool:
        """Whether there is a community whose stories they read before they are published."""
        rows = self.memberships_by_community.values()
        return self.is_staff or any(row.is_facilitator or row.stands_in for row in rows)

    def forget_memberships(self) -> None:
        """Read the memberships again next time: called by every verb that changes them."""
        self.__dict__.pop("memberships_by_community", None)


class PersonSkill(TaggedItemBase):
    """A skill that a person names."""

    content_object = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skill_items")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
