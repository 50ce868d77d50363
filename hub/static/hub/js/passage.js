// Words that are selected in the text of a story lead to a remark on them. Without a script the paragraph is chosen.
const form = document.querySelector("[data-remark]")
const article = document.querySelector("article")
if (form && article) {
  form.querySelector("[data-select]").hidden = false
  const button = document.createElement("a")
  button.className = "button slim passage"
  button.textContent = "Remark on these words"
  button.hidden = true
  article.append(button)
  const partOf = (block) => {
    const inside = block.closest("[data-part]")
    if (inside) return inside.dataset.part
    let above = block
    while (above.parentElement && !above.parentElement.matches(".prose")) above = above.parentElement
    while (above && !above.matches("h2")) above = above.previousElementSibling
    return above?.dataset.part
  }
  const look = () => {
    const selection = getSelection()
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null
    const start = range?.startContainer
    const block = (start?.nodeType === 1 ? start : start?.parentElement)?.closest("p, li, h3, h4, blockquote")
    const part = block && article.contains(block) && partOf(block)
    button.hidden = !part
    if (!part) return
    const within = range.cloneRange()
    if (!block.contains(range.endContainer)) within.setEndAfter(block.lastChild)
    const words = within.cloneContents()
    for (const gone of words.querySelectorAll("del, .hidden, .remark")) gone.remove()
    const said = words.textContent.replace(/\s+/g, " ").trim()
    button.hidden = !said
    button.href = `${form.dataset.remark}?${new URLSearchParams({ in: part, words: said.slice(0, 1500) })}`
    const box = within.getBoundingClientRect()
    const home = article.getBoundingClientRect()
    button.style.setProperty("top", `${box.bottom - home.top + 8}px`)
    button.style.setProperty("left", `${Math.max(0, Math.min(box.left - home.left, home.width - 220))}px`)
  }
  document.addEventListener("selectionchange", look)
}
