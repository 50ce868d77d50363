// How much room is left in a field that has a limit. Nothing is cut off: what is too long can still be shortened.
for (const field of document.querySelectorAll("textarea[data-most]")) {
  const words = document.querySelector(`[data-room="${field.id}"]`)
  const most = Number(field.dataset.most)
  if (!words) continue
  const count = () => {
    const left = most - [...field.value.trim().replace(/\s+/g, " ")].length
    words.textContent = left < 0 ? `${-left} character${left === -1 ? "" : "s"} too many` : `${left} character${left === 1 ? "" : "s"} left`
    words.classList.toggle("error", left < 0)
    // Said aloud only when it begins to matter.
    if (left < 30) words.setAttribute("aria-live", "polite")
    else words.removeAttribute("aria-live")
  }
  field.addEventListener("input", count)
  field.addEventListener("change", count)
  count()
}
