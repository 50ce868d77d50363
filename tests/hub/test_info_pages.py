"""The pages about the site: there from the first day, readable by everybody, linked in the foot of every page."""

import re

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from hub import fragments
from hub.models import HomePage, InfoPage
from hub.templatetags.info_pages import footer_pages

SLUGS = ["about", "ground-rules", "how-evidence-is-marked", "accessibility", "privacy"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", SLUGS)
def test_a_visitor_reads_it(client, slug):
    response = client.get(f"/{slug}/")
    text = response.text
    assert response.status_code == 200
    assert text.count("<h1") == 1
    assert "csrfmiddlewaretoken" not in text
    assert f'<link rel="canonical" href="http://testserver/{slug}/">' in text
    assert f'<a href="/{slug}/" aria-current="page">' in text


@pytest.mark.parametrize("slug", SLUGS)
def test_its_text_is_what_the_editors_admin_can_edit(slug):
    body = InfoPage.objects.get(slug=slug).body
    assert {block.block_type for block in body} == {"heading", "text"}
    text = "".join(block.value.source for block in body if block.block_type == "text")
    assert set(re.findall(r"</?([a-z0-9]+)", text)) <= {"p", "h3", "b", "i", "ul", "ol", "li", "a"}
    assert len(text) > 2000


@pytest.mark.parametrize("slug", SLUGS)
def test_its_links_within_the_site_lead_somewhere(client, slug):
    for address in re.findall(r'href="(/[^"]*)"', str(InfoPage.objects.get(slug=slug).body)):
        assert client.get(address).status_code == 200, address


def test_the_foot_of_every_page_links_to_them(client):
    foot = client.get("/").text.partition('<footer class="site-foot"')[2]
    assert re.findall(r'href="/([a-z-]+)/"', foot) == SLUGS


def test_one_that_is_not_published_or_not_for_the_foot_is_not_linked():
    InfoPage.objects.get(slug="about").unpublish()
    InfoPage.objects.filter(slug="privacy").update(in_footer=False)
    assert [page.url for page in footer_pages()] == ["/ground-rules/", "/how-evidence-is-marked/", "/accessibility/"]


def test_the_tree_is_sound_and_grows():
    assert not any(Page.find_problems())
    HomePage.objects.get().add_child(instance=InfoPage(title="Help", slug="help", body=[("text", "<p>Ask.</p>")]))
    assert not any(Page.find_problems())


def test_the_links_are_read_once_until_they_change(page_cache):
    fragments.reset()
    template = Template("{% load info_pages %}{% footer_pages as pages %}{{ pages.0.title }}")
    assert template.render(Context()) == "About this hub"
    with CaptureQueriesContext(connection) as queries:
        template.render(Context())
    assert not [query for query in queries if "infopage" in query["sql"]]
    page = InfoPage.objects.get(slug="about")
    page.title = "About us"
    page.save()
    assert template.render(Context()) == "About us"
    fragments.reset()
