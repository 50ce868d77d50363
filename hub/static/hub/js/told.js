// While a title is typed: what others wrote about the same, so that people join a story instead of doubling it.
const PAUSE = 500
const SHORTEST = 8
const place = document.querySelector("[data-told]")
const title = place && document.getElementById(place.dataset.for)

if (title) {
  let timer = 0
  let asking = null
  let shown = ""
  const look = async () => {
    const words = title.value.trim()
    if (words === shown) return
    shown = words
    asking?.abort()
    if (words.length < SHORTEST) return place.replaceChildren()
    asking = new AbortController()
    try {
      const answer = await fetch(`${place.dataset.told}?${new URLSearchParams({ title: words })}`, { signal: asking.signal, credentials: "same-origin" })
      if (!answer.ok) return
      const html = (await answer.text()).trim()
      // Said aloud only when it is something else than before.
      if (html !== place.dataset.html) place.innerHTML = place.dataset.html = html
    } catch {
      // Offline, or something newer is asked.
    }
  }
  title.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(look, PAUSE)
  })
  look()
}
