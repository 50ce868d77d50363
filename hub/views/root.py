"""What machines ask for at fixed addresses: health, robots, site maps, the manifest, icons, whom to tell of a hole."""

from datetime import timedelta

from django.conf import settings
from django.core.paginator import EmptyPage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from hub import health, sitemaps
from hub.pagecache import whole_page

# Pages for the person who is signed in, and searches, which are without end.
NOT_FOR_ROBOTS = ("/account/", "/admin/", "/inbox/", "/media/", "/moderate/", "/repeat/", "/search/", "/write/", "/*?")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether each part works; 503 when one does not. `?check=database` asks only that one."""
    answer = health.told(health.findings(request.GET.getlist("check")))
    return JsonResponse(answer, status=200 if answer["ok"] else 503)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read: all that visitors may, but no search and no narrowed-down list."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@whole_page()
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Every file of every section."""
    files = [
        f"{settings.SITE_URL}/sitemap-{name}.xml" + (f"?page={number}" if number > 1 else "")
        for name, section in sitemaps.sections.items()
        for number in range(1, section.pages() + 1)
    ]
    return render(request, "hub/sitemap_index.xml", {"files": files}, content_type="application/xml")


@whole_page("page")
@require_safe
def sitemap(request: HttpRequest, name: str) -> HttpResponse:
    """One file of one section."""
    section, number = sitemaps.sections.get(name), request.GET.get("page", "1")
    if section is None or not number.isdecimal() or len(number) > 9:
        raise Http404
    try:
        entries = list(section.entries(int(number)))
    except EmptyPage as error:
        raise Http404 from error
    return render(request, "hub/sitemap.xml", {"entries": entries}, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=86_400)
def manifest(request: HttpRequest) -> JsonResponse:
    """How the site looks when somebody puts it on the first screen of a phone."""
    sizes = {"icon-192.png": ("192x192", "any"), "icon-512.png": ("512x512", "any")}
    sizes["icon-maskable-512.png"] = ("512x512", "maskable")
    return JsonResponse(
        {
            "name": "Worth Repeating",
            "short_name": "Repeating",
            "description": "First-hand stories of council practice worth repeating",
            "lang": "en-GB",
            "start_url": "/",
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#fcf9f4",
            "theme_color": "#fcf9f4",
            "icons": [
                {"src": static(f"hub/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
                for name, (size, purpose) in sizes.items()
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(public=True, max_age=86_400)
def icon(request: HttpRequest, name: str) -> HttpResponse:
    """Icons that browsers ask for without being told of them."""
    return redirect(static(f"hub/{name}"))


@require_safe
@cache_control(public=True, max_age=86_400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a security hole (RFC 9116)."""
    expires = (timezone.now() + timedelta(days=180)).replace(microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
