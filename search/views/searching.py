"""The search page."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from search import outbox, results
from search.documents import STORY
from search.finding import find
from search.query import Query


def search(request: HttpRequest) -> HttpResponse:
    """One box, what it finds, and how to narrow it down. Everything stands in the address; nothing is an error."""
    query = Query.from_request(request)
    outbox.catch_up()
    finding = find(replace(query, kind=STORY))
    finding = replace(finding, asked=query, query=replace(finding.query, kind=query.kind))
    person = request.user
    shown = results.newest_matching(query, person) if finding.away else results.results(finding, person)
    context = {
        "section": "search",
        "finding": finding,
        "query": finding.query,
        "asked": query,
        "total": finding.answer.total,
        "results": shown,
        "facets": results.facets(finding),
        "chips": results.chips(finding),
        "ways_out": results.ways_out(finding),
        "orders": results.orders(finding.query),
        "steps": results.steps(finding),
        "clear_url": results.address(finding.query.without_filters()),
    }
    return render(request, "search/search.html", context)
