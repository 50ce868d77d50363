// Parts of a page that it does not wait for: fetched shortly before they come into sight. One that has nothing goes away.
const places = document.querySelectorAll("[data-part]")

async function fill(place) {
  try {
    const answer = await fetch(place.dataset.part, { credentials: "same-origin" })
    if (!answer.ok) return
    const html = (await answer.text()).trim()
    if (html) place.innerHTML = html
    else place.remove()
  } catch {
    // Offline: the link stays.
  }
}

const near = new IntersectionObserver(
  (seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) (near.unobserve(target), fill(target))
  },
  { rootMargin: "800px" },
)
for (const place of places) near.observe(place)
