// A box above long lists of things to tick, which finds them by the words that people use. What is ticked stays in sight.
for (const list of document.querySelectorAll("[data-choices]")) {
  const choices = [...list.querySelectorAll("label.choice")]
  const groups = [...list.querySelectorAll(".facet")]
  const box = document.createElement("div")
  const id = `${list.id}_find`
  box.className = "form-field"
  box.innerHTML = `<label class="hint" for="${id}">Find a topic</label><input class="input" id="${id}" type="search" autocomplete="off" data-aside><p class="hidden" role="status"></p>`
  const [input, status] = [box.querySelector("input"), box.querySelector("p")]
  const find = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean)
    let found = 0
    for (const choice of choices) {
      const hit = words.every((word) => choice.dataset.words.includes(word))
      found += hit
      choice.hidden = !hit && !choice.querySelector("input").checked
    }
    for (const group of groups) group.hidden = [...group.querySelectorAll("label.choice")].every((choice) => choice.hidden)
    status.textContent = words.length ? `${found} topic${found === 1 ? "" : "s"}` : ""
  }
  input.addEventListener("input", find)
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault())
  list.querySelector(".topic-choices").before(box)
}
