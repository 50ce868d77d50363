// Topics and words that are proposed are taken on the spot, and saved as everything that is typed.
for (const place of document.querySelectorAll("[data-suggested]")) {
  const form = place.closest("form")
  const status = place.querySelector("[role=status]")
  place.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=take]")
    if (!button) return
    const [kind, ...rest] = button.value.split(":")
    const value = rest.join(":")
    let control
    if (kind === "topic") {
      control = [...form.elements].find((each) => each.name === "topics" && each.value === value)
      if (control) control.checked = true
    } else {
      control = form.elements.tags
      if (control) control.value = [...control.value.split(",").map((tag) => tag.trim()).filter(Boolean), value].join(", ")
    }
    if (!control) return
    event.preventDefault()
    const next = button.nextElementSibling ?? button.previousElementSibling
    status.textContent = `${button.lastChild.textContent.trim()}: taken`
    button.remove()
    ;(next?.matches("button") ? next : control).focus()
    control.dispatchEvent(new Event("input", { bubbles: true }))
    if (!place.querySelector("button")) place.firstElementChild.hidden = true
  })
}
