// The pictures of a gallery change places at once, by their buttons; without a script the page is sent for each step.
const list = document.querySelector("[data-order]")
const order = list?.closest("form").elements.gallery_order
if (order) {
  const said = document.querySelector("[data-order-said]")
  const rows = () => [...list.children]

  // What other authors did to the order comes in through the hidden field.
  const show = () => {
    for (const number of order.value.split(",")) {
      const row = rows().find((each) => each.dataset.picture === number)
      if (row) list.append(row)
    }
    rows().forEach((row, place, all) => {
      for (const number of row.querySelectorAll("[data-place]")) number.textContent = place + 1
      row.querySelector("[value$=up]").hidden = place === 0
      row.querySelector("[value$=down]").hidden = place === all.length - 1
    })
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[name=move]")
    if (!button) return
    event.preventDefault()
    const row = button.closest("[data-picture]")
    const all = rows()
    const place = all.indexOf(row)
    const [number, way] = button.value.split(":")
    all.splice(place, 1)
    all.splice(way === "up" ? place - 1 : place + 1, 0, row)
    order.value = all.map((each) => each.dataset.picture).join()
    show()
    const next = button.hidden ? row.querySelector(`[name=move]:not([value="${number}:${way}"])`) : button
    next.focus()
    said.textContent = `It is picture ${rows().indexOf(row) + 1} of ${all.length} now.`
    order.dispatchEvent(new Event("input", { bubbles: true }))
  })
  order.addEventListener("change", show)
}
