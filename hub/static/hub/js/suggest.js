// What may be meant, while it is typed: a list under each box of the site that searches, as the ARIA pattern for a
// combobox has it. The focus stays in the box; arrows walk through the list; Enter opens what is marked, or searches.
const PAUSE = 120
const SHORTEST = 2
let boxes = 0

for (const place of document.querySelectorAll("[data-suggest]")) combobox(place, place.querySelector("input"))

function combobox(place, input) {
  const id = `suggested-${++boxes}`
  const list = document.createElement("div")
  list.className = "suggested"
  list.id = id
  list.hidden = true
  list.setAttribute("role", "listbox")
  list.setAttribute("aria-label", "Suggestions")
  const said = document.createElement("p")
  said.className = "hidden"
  said.setAttribute("role", "status")
  place.append(list, said)
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off" })) input.setAttribute(name, value)

  let timer = 0
  let asking = null
  let asked = ""
  const options = () => [...list.querySelectorAll("[role=option]")]
  const marked = () => list.querySelector("[aria-selected=true]")

  function mark(option) {
    marked()?.setAttribute("aria-selected", "false")
    if (!option) return input.removeAttribute("aria-activedescendant")
    option.setAttribute("aria-selected", "true")
    input.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  function show(html) {
    list.innerHTML = html
    const found = options().length
    list.hidden = !found
    input.setAttribute("aria-expanded", String(found > 0))
    mark(null)
    said.textContent = found ? `${found} suggestion${found === 1 ? "" : "s"}` : ""
  }

  function close() {
    clearTimeout(timer)
    asking?.abort()
    asked = ""
    show("")
  }

  async function ask() {
    const words = input.value.trim()
    if (words === asked) return
    if (words.length < SHORTEST) return close()
    asking?.abort()
    asking = new AbortController()
    asked = words
    try {
      const answer = await fetch(`${place.dataset.suggest}?${new URLSearchParams({ q: words })}`, { signal: asking.signal, credentials: "same-origin" })
      const html = answer.ok ? await answer.text() : ""
      if (asked === words && document.activeElement === input) show(html.trim())
    } catch {
      // Something newer is asked, or nothing can be: the box works without it.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(ask, PAUSE)
  })
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return
    const open = !list.hidden
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (!open) return ask()
      const all = options()
      const at = all.indexOf(marked())
      // Beyond either end lies the box itself: what was typed is searched for again.
      const to = event.key === "ArrowDown" ? at + 1 : at < 0 ? all.length - 1 : at - 1
      return mark(all[to])
    }
    if (!open) return
    if (event.key === "Escape") (event.preventDefault(), close())
    if (event.key === "Enter" && marked()) (event.preventDefault(), marked().click())
    if (event.key === "Tab") close()
    if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) mark(null)
  })
  // Pressing the button of the mouse would take the focus away, and the list with it, before the click arrives.
  list.addEventListener("pointerdown", (event) => event.preventDefault())
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]")
    if (option && option !== marked()) mark(option)
  })
  input.addEventListener("blur", close)
  input.form.addEventListener("submit", close)
}
