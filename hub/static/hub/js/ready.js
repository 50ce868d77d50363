// A ready reason is put into the note as soon as it is chosen. What was typed before stays above it.
for (const place of document.querySelectorAll("[data-ready]")) {
  const note = document.getElementById(place.dataset.ready)
  const choice = place.querySelector("select")
  place.querySelector("button").hidden = true
  choice.addEventListener("change", () => {
    const words = choice.selectedOptions[0]?.dataset.words
    if (!words) return
    // One that was put in before and not changed gives way to the next one.
    const typed = note.value.replace(choice.dataset.put ?? "", "").trim()
    note.value = [typed, words].filter(Boolean).join("\n\n")
    choice.dataset.put = words
    note.focus()
  })
}
