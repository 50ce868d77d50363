// Narrowing a search down. What is ticked is shown at once, without losing one's place; long facets can be searched; on
// a phone the facets stand in a drawer. Without any of it, boxes are ticked and a button is pressed.
const PARTS = ["hits-part", "narrow-part"]
const narrow = matchMedia("(max-width: 55.99rem)")
const form = document.getElementById("search")
let asking = null
let drawer = null

document.querySelector("[data-drawer] > summary")?.addEventListener("click", (event) => {
  if (narrow.matches) (event.preventDefault(), openDrawer())
})
document.getElementById("narrow-part")?.classList.add("live")
prepare()

function prepare() {
  const body = document.querySelector(".drawer-body")
  if (!body) return
  for (const facet of body.querySelectorAll("[data-find]")) findable(facet)
  const button = body.querySelector("[data-show]")
  button.textContent = button.dataset.show
}

// --- A box above a long facet ---

function findable(facet) {
  const more = facet.querySelector("details.more")
  const input = document.createElement("input")
  input.type = "search"
  input.className = "input slim"
  input.autocomplete = "off"
  input.placeholder = `Find a ${facet.dataset.find}`
  input.setAttribute("aria-label", input.placeholder)
  const said = document.createElement("p")
  said.className = "hidden"
  said.setAttribute("role", "status")
  facet.querySelector("legend").after(input, said)
  const choices = [...facet.querySelectorAll("label.choice")]
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    let found = 0
    for (const choice of choices) {
      const place = choice.parentElement.querySelector(".place")?.textContent ?? ""
      const text = `${choice.textContent} ${place}`.toLowerCase()
      const hit = words.every((word) => text.includes(word))
      found += hit
      choice.hidden = !hit && !choice.firstElementChild.checked
    }
    for (const group of more.querySelectorAll(":scope > div")) group.hidden = !group.querySelector("label:not([hidden])")
    more.open = words.length > 0 || more.dataset.open === ""
    said.textContent = words.length ? `${found} found` : ""
  })
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault())
  more.firstElementChild.addEventListener("click", () => more.toggleAttribute("data-open", !more.open))
}

// --- A drawer on a phone ---

function openDrawer() {
  if (!drawer) {
    drawer = document.createElement("dialog")
    drawer.className = "drawer"
    drawer.setAttribute("aria-labelledby", "drawer-h")
    drawer.innerHTML = `<div class="head"><h2 class="h3" id="drawer-h" tabindex="-1">Narrow it down</h2><button class="button quiet slim" type="button">Close</button></div>`
    drawer.querySelector("button").addEventListener("click", () => drawer.close())
    drawer.addEventListener("click", (event) => event.target === drawer && drawer.close())
    drawer.addEventListener("close", () => {
      if (drawer.open) return // Told late: it was opened again meanwhile, and the facets stand in it.
      document.querySelector("[data-drawer]")?.append(drawer.querySelector(".drawer-body"))
      const to = drawer.returnValue ? document.getElementById("found") : document.querySelector("[data-drawer] > summary")
      to?.focus()
    })
    document.body.append(drawer)
  }
  drawer.append(document.querySelector(".drawer-body"))
  drawer.returnValue = ""
  drawer.showModal()
  drawer.querySelector("h2").focus()
}

// --- What is ticked is shown at once ---

document.addEventListener("change", (event) => {
  if (event.target.matches?.("input[type=checkbox][form=search]")) refresh()
})
// In the drawer the results are there already: the button shows them.
document.addEventListener("click", (event) => {
  if (drawer?.open && event.target.closest("[data-show]")) (event.preventDefault(), drawer.close("show"))
})
addEventListener("popstate", () => location.reload())

function address() {
  const asked = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (value) asked.append(name, value)
  const words = asked.toString()
  return `${form.getAttribute("action")}${words ? `?${words}` : ""}`
}

async function refresh() {
  asking?.abort()
  asking = new AbortController()
  const to = address()
  let page
  try {
    const answer = await fetch(to, { signal: asking.signal, credentials: "same-origin" })
    if (!answer.ok) return
    page = new DOMParser().parseFromString(await answer.text(), "text/html")
  } catch {
    return // Something newer is asked, or the network is away: the button still works.
  }
  if (!PARTS.every((id) => page.getElementById(id))) return location.assign(to)
  const state = remember()
  document.getElementById("hits-part").replaceWith(page.getElementById("hits-part"))
  const aside = [document.querySelector("#found-part > aside"), page.querySelector("#found-part > aside")]
  document.getElementById("found-part").className = page.getElementById("found-part").className
  if (aside[0] && aside[1]) aside[0].replaceWith(aside[1])
  else if (aside[1]) document.getElementById("found-part").append(aside[1])
  else aside[0]?.remove()
  const facets = page.querySelector(".drawer-body")
  const summary = page.querySelector("[data-drawer] > summary")
  if (facets) document.querySelector(".drawer-body").replaceChildren(...facets.childNodes)
  if (summary) document.querySelector("[data-drawer] > summary").replaceChildren(...summary.childNodes)
  prepare()
  restore(state)
  document.title = page.title
  history.pushState(null, "", to)
  tell(document.getElementById("found").textContent.trim())
}

function remember() {
  const at = document.activeElement
  return {
    at: at?.name && at.matches("input[type=checkbox]") ? [at.name, at.value] : null,
    open: [...document.querySelectorAll(".drawer-body details[open]")].map((more) => nameOf(more)),
    scroll: document.querySelector("dialog.drawer")?.scrollTop,
  }
}

function restore({ at, open, scroll }) {
  for (const more of document.querySelectorAll(".drawer-body details.more")) if (open.includes(nameOf(more))) (more.open = true), more.setAttribute("data-open", "")
  if (at) {
    const box = [...document.querySelectorAll(`.drawer-body input[name="${at[0]}"]`)].find((box) => box.value === at[1])
    for (let more = box?.closest("details"); more; more = more.parentElement.closest("details")) more.open = true
    box?.focus({ preventScroll: drawer?.open })
  }
  if (drawer?.open) drawer.scrollTop = scroll
}

const nameOf = (more) => more.closest("fieldset").querySelector("input[type=checkbox]")?.name

function tell(words) {
  let said = document.getElementById("narrowed")
  if (!said) {
    said = document.createElement("p")
    said.id = "narrowed"
    said.className = "hidden"
    said.setAttribute("role", "status")
  }
  // A status outside an open dialog is not read out.
  ;(drawer?.open ? drawer : document.body).append(said)
  said.textContent = ""
  setTimeout(() => (said.textContent = words), 50)
}
