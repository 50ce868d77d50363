// What people paste, made into what the editor knows: out of Word, Outlook, Word online, Google Docs and web pages.
// Nothing here makes text safe, the server does that; this keeps lists, bold and headings that would be lost.

const LEVEL = /mso-list:\s*(l\d+)\s+level(\d+)/i
const NUMBERED = /^\s*\(?(?:\d+|[a-z]|[ivxlc]+)[.)]/i

/** Pasted HTML as plain structure. Returns { html, left } where left says what stays behind, or nothing. */
export function tidy(text) {
  // A style attribute is reported by the strict policy as soon as it is parsed: rename it first, and read it there.
  const quiet = text
    .replace(/<!\[[^>]*\]>/g, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/(<[^>]*?\s)style\s*=/gi, "$1data-s=")
  const body = new DOMParser().parseFromString(again(quiet), "text/html").body
  const left = body.querySelectorAll("img, picture, svg, video, object").length ? "The pictures stay behind: give the one that matters as the lead picture." : ""
  for (const node of body.querySelectorAll("img, picture, svg, video, object, script, meta, link, title, head")) node.remove()
  wordLists(body)
  onlineLists(body)
  for (const node of [...body.querySelectorAll("*")]) if (node.isConnected) one(node)
  for (const table of [...body.querySelectorAll("table")]) table.replaceWith(...lines(table))
  for (const list of [...body.querySelectorAll("ul > ul, ul > ol, ol > ol, ol > ul")]) {
    const before = list.previousElementSibling
    if (before?.tagName === "LI") before.append(list)
  }
  for (const node of body.querySelectorAll("*"))
    for (const { name } of [...node.attributes]) if (!(node.tagName === "A" && name === "href")) node.removeAttribute(name)
  return { html: body.innerHTML.replace(/\u00a0/g, " "), left }
}

// One pass of the replacement takes one attribute of a tag, and some writers give two. What a page would do on a click
// is reported as styles are, and never wanted.
function again(text) {
  const once = text.replace(/(<[^>]*?\s)style\s*=/gi, "$1data-s=").replace(/(<[^>]*?\s)on([a-z]+)\s*=/gi, "$1data-on$2=")
  return once === text ? text : again(once)
}

const styleOf = (node) => node.getAttribute("data-s") || ""

function rename(node, tag) {
  const made = node.ownerDocument.createElement(tag)
  made.append(...node.childNodes)
  node.replaceWith(made)
  return made
}

function one(node) {
  const style = styleOf(node)
  const tag = node.tagName
  if (/^H[1-6]$/.test(tag)) return void rename(node, tag < "H3" ? "h3" : "h4")
  if (node.getAttribute("role") === "heading") return void rename(node, "h3")
  if (tag === "P" && /^Mso(Title|Heading)/i.test(node.className)) return void rename(node, "h3")
  if ((tag === "B" || tag === "STRONG") && /(^|[;\s"])font-weight:\s*(normal|400)/i.test(style)) return void node.replaceWith(...node.childNodes)
  if (tag === "O:P" || tag === "FONT" || tag === "CENTER") return void node.replaceWith(...node.childNodes)
  if (tag === "A") {
    if (!/^(https?:|mailto:)/i.test((node.getAttribute("href") || "").trim())) node.replaceWith(...node.childNodes)
    return
  }
  if (tag !== "SPAN") return
  const bold = /(^|[;\s"])font-weight:\s*(bold|[6-9]00)/i.test(style)
  const italic = /(^|[;\s"])font-style:\s*italic/i.test(style)
  let kept = [...node.childNodes]
  for (const [wanted, name] of [[italic, "em"], [bold, "strong"]]) {
    if (!wanted || !kept.length) continue
    const made = node.ownerDocument.createElement(name)
    made.append(...kept)
    kept = [made]
  }
  node.replaceWith(...kept)
}

// Word writes a list as paragraphs that carry the number of the list and the level, and the bullet as text.
function wordLists(body) {
  let stack = []
  let last = null
  for (const item of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6, li, div, table")]) {
    const found = item.tagName === "P" && LEVEL.exec(styleOf(item))
    if (!found) {
      if (item.tagName !== "DIV") [stack, last] = [[], null]
      continue
    }
    const level = Math.min(Number(found[2]), 3)
    const marker = [...item.querySelectorAll("span")].find((span) => /mso-list:\s*Ignore/i.test(styleOf(span)))
    const kind = NUMBERED.test(marker?.textContent || "") ? "ol" : "ul"
    marker?.remove()
    const entry = item.ownerDocument.createElement("li")
    entry.append(...item.childNodes)
    const follows = last && item.previousElementSibling === null ? false : last !== null
    if (!follows) stack = []
    while (stack.length > level) stack.pop()
    while (stack.length < level) {
      const list = item.ownerDocument.createElement(stack.length ? stack[0].tagName : kind)
      if (stack.length) (stack.at(-1).lastElementChild || stack.at(-1)).append(list)
      else item.before(list)
      stack.push(list)
    }
    stack.at(-1).append(entry)
    item.remove()
    last = entry
  }
}

// Word online writes one list for each item, with the level in an attribute.
function onlineLists(body) {
  for (const item of [...body.querySelectorAll("li[data-aria-level]")]) {
    const level = Number(item.dataset.ariaLevel) || 1
    const list = item.parentElement
    const before = (list.closest(".ListContainerWrapper") || list).previousElementSibling
    const root = before && (/^[OU]L$/.test(before.tagName) ? before : before.querySelector(":scope > ul, :scope > ol"))
    if (!root || (level === 1 && root.tagName !== list.tagName)) continue
    let into = root
    for (let depth = 1; depth < level; depth++) {
      const parent = into.lastElementChild || into
      let inner = [...parent.children].find((child) => /^[OU]L$/.test(child.tagName))
      if (!inner) {
        inner = item.ownerDocument.createElement(root.tagName)
        parent.append(inner)
      }
      into = inner
    }
    into.append(item)
    if (!list.children.length) list.remove()
  }
}

function lines(table) {
  return [...table.querySelectorAll("tr")].map((row) => {
    const line = table.ownerDocument.createElement("p")
    line.textContent = [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, " ").trim()).join(" | ")
    return line
  })
}
