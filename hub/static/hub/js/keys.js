// Single keys on the review pages: each goes to the control that names it in data-key, j and k walk through the list.
// They can be switched off, and are silent while somebody types, so that speech input and stray keys do no harm.
const panel = document.querySelector("[data-keys]")
const list = document.querySelector("[data-keys-list]")
const KEPT = "keys-off"
if (panel) {
  panel.hidden = false
  const on = panel.querySelector("[data-keys-on]")
  on.checked = localStorage.getItem(KEPT) === null
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, "1")))
  const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true]")
  document.addEventListener("keydown", (event) => {
    if (on.checked && event.key === "Escape" && event.target.matches("[data-key]")) return event.target.blur()
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    if (event.key === "?") {
      panel.open = !panel.open
      if (panel.open) panel.querySelector("summary").focus()
    } else if (list && (event.key === "j" || event.key === "k")) {
      const links = [...list.querySelectorAll("[data-keys-item], h3 a")]
      const here = links.findIndex((link) => link === document.activeElement || link.hasAttribute("aria-current"))
      const next = links[here < 0 ? 0 : here + (event.key === "j" ? 1 : -1)]
      if (!next) return
      if (list.dataset.keysList === "open") next.click()
      else next.focus()
    } else {
      const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)
      if (!control) return
      if (control.matches("button:not([data-key-focus]), a")) control.click()
      else control.focus()
    }
    event.preventDefault()
  })
}
