// The editor of the parts of a story: ProseMirror, as django-prose-editor brings it, over a text area that stays the
// only thing that is sent. Our own tool bar, labels and paste. Without this script the text area takes plain text.

// The two modules that it needs are named by the page, by addresses that change with their content.
const form = document.querySelector("form[data-editor]")
const areas = form ? [...form.querySelectorAll("textarea[data-rich]")] : []

const TOOLS = [
  ["bold", "<b aria-hidden='true'>B</b>", "Bold", (chain) => chain.toggleBold(), ["bold"]],
  ["italic", "<i aria-hidden='true'>I</i>", "Italic", (chain) => chain.toggleItalic(), ["italic"]],
  ["heading", "Heading", "", (chain) => chain.toggleHeading({ level: 3 }), ["heading", { level: 3 }]],
  ["bullets", "List", "", (chain) => chain.toggleBulletList(), ["bulletList"]],
  ["numbers", "1, 2, 3", "Numbered list", (chain) => chain.toggleOrderedList(), ["orderedList"]],
  ["quote", "Quote", "", (chain) => chain.toggleBlockquote(), ["blockquote"]],
  ["link", "Link", "", null, ["link"]],
  ["undo", "Undo", "", (chain) => chain.undo(), null],
]

function toolBar(area, editor) {
  const bar = document.createElement("div")
  bar.className = "tools"
  bar.setAttribute("role", "toolbar")
  bar.setAttribute("aria-label", `Formatting: ${labelOf(area)}`)
  bar.setAttribute("aria-controls", `${area.id}_ed`)
  const buttons = TOOLS.map(([name, face, words, command, active], index) => {
    const button = document.createElement("button")
    button.type = "button"
    button.tabIndex = index ? -1 : 0
    button.innerHTML = words && face.startsWith("<") ? `${face}<span class="hidden">${words}</span>` : face
    if (words && !face.startsWith("<")) button.setAttribute("aria-label", `${words} (${face})`)
    if (active) button.setAttribute("aria-pressed", "false")
    button.addEventListener("mousedown", (event) => event.preventDefault())
    button.addEventListener("click", () => (command ? command(editor.chain().focus()).run() : askLink(area, editor, bar)))
    bar.append(button)
    return { name, button, active }
  })
  // One stop for the tab key; the arrows move inside.
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -TOOLS.length, End: TOOLS.length }[event.key]
    const at = buttons.findIndex(({ button }) => button === document.activeElement)
    if (!step || at < 0) return
    event.preventDefault()
    const next = Math.abs(step) > 1 ? (step < 0 ? 0 : buttons.length - 1) : (at + step + buttons.length) % buttons.length
    for (const { button } of buttons) button.tabIndex = -1
    buttons[next].button.tabIndex = 0
    buttons[next].button.focus()
  })
  const show = () => {
    for (const { name, button, active } of buttons) {
      if (active) button.setAttribute("aria-pressed", String(editor.isActive(...active)))
      // Told, and not taken out of reach: a button that vanishes from under the focus leaves nobody anywhere.
      const idle = (name === "undo" && !editor.can().undo()) || (name === "link" && editor.state.selection.empty && !editor.isActive("link"))
      button.setAttribute("aria-disabled", String(idle))
    }
  }
  editor.on("transaction", show)
  show()
  return bar
}

function askLink(area, editor, bar) {
  if (editor.state.selection.empty && !editor.isActive("link")) return say(area, "Mark the words that should lead somewhere first.")
  bar.parentElement.querySelector(".link-box")?.remove()
  const box = document.createElement("div")
  box.className = "link-box row"
  const id = `${area.id}_link`
  box.innerHTML = `<label for="${id}">Address of the page</label><input class="input" id="${id}" type="url" inputmode="url" autocomplete="off" data-aside placeholder="https://"><button class="button slim" type="button">Link it</button><button class="button quiet slim" type="button">${editor.isActive("link") ? "Remove the link" : "Cancel"}</button>`
  const [input, yes, no] = box.querySelectorAll("input, button")
  input.value = editor.getAttributes("link").href || ""
  const close = (command) => {
    box.remove()
    const chain = editor.chain().focus().extendMarkRange("link")
    ;(command ? command(chain) : editor.chain().focus()).run()
  }
  const accept = () => {
    let href = input.value.trim()
    if (/^[^\s@:/]+@[^\s@]+\.[^\s@]+$/.test(href)) href = `mailto:${href}`
    else if (href && !/^[a-z][a-z0-9+.-]*:/i.test(href)) href = `https://${href}`
    if (!/^(https?:\/\/|mailto:)\S+$/i.test(href)) return say(area, "That is not an address that a reader can follow. It begins with https://")
    close((chain) => chain.setLink({ href }))
  }
  yes.addEventListener("click", accept)
  no.addEventListener("click", () => close(editor.isActive("link") ? (chain) => chain.unsetLink() : null))
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === input) (event.preventDefault(), accept())
    if (event.key === "Escape") close()
  })
  bar.after(box)
  input.focus()
}

const labelOf = (area) => document.getElementById(`${area.id}_label`)?.textContent.trim() || ""

function say(area, words) {
  const said = document.getElementById(`${area.id}_said`)
  said.textContent = ""
  setTimeout(() => (said.textContent = words), 50)
}

const empty = (html) => (/^(<p><\/p>)*$/.test(html) ? "" : html)

function mount(kit, tidy, area) {
  const { Editor, Document, Paragraph, Text, HardBreak, Bold, Italic, Heading, BulletList, OrderedList, ListItem, Blockquote, Link, UndoRedo } = kit
  const place = document.createElement("div")
  const attributes = {
    id: `${area.id}_ed`,
    class: "prose",
    role: "textbox",
    "aria-multiline": "true",
    "aria-labelledby": `${area.id}_label`,
    ...(area.getAttribute("aria-describedby") && { "aria-describedby": area.getAttribute("aria-describedby") }),
    ...(area.getAttribute("aria-invalid") && { "aria-invalid": "true" }),
    spellcheck: "true",
    lang: "en-GB",
  }
  let writing = false
  const editor = new Editor({
    element: place,
    injectCSS: false,
    content: area.value,
    parseOptions: { preserveWhitespace: false },
    extensions: [
      Document,
      Paragraph,
      Text,
      HardBreak,
      Bold,
      Italic,
      Heading.configure({ levels: [3, 4] }),
      BulletList,
      OrderedList.configure({ enableListAttributes: false }),
      // What a list item and a quote can hold is what the stored form can hold.
      // The tab key leaves the editor, as in every other field; Ctrl+] and Ctrl+[ move a point in and out.
      ListItem.extend({
        content: "paragraph (bulletList|orderedList)*",
        addKeyboardShortcuts() {
          const to = (verb) => () => this.editor.commands[verb]("listItem")
          return { Enter: to("splitListItem"), "Mod-]": to("sinkListItem"), "Mod-[": to("liftListItem") }
        },
      }),
      Blockquote.extend({ content: "paragraph+" }),
      Link.extend({ addKeyboardShortcuts: () => ({ "Mod-k": () => (askLink(area, editor, bar), true) }) }).configure({
        openOnClick: false,
        autolink: false,
        linkOnPaste: true,
        protocols: ["http", "https", "mailto"],
      }),
      UndoRedo,
    ],
    editorProps: {
      attributes,
      transformPastedHTML(html) {
        const { html: tidied, left } = tidy(html)
        if (left) say(area, left)
        return tidied
      },
    },
    onUpdate() {
      writing = true
      area.value = empty(editor.getHTML())
      area.dispatchEvent(new Event("input", { bubbles: true }))
      writing = false
    },
  })
  const said = document.createElement("p")
  said.className = "hint after"
  said.id = `${area.id}_said`
  said.setAttribute("role", "status")
  const bar = toolBar(area, editor)
  area.before(bar, place)
  area.parentElement.after(said)
  area.hidden = true
  area.required = false
  document.getElementById(`${area.id}_label`)?.addEventListener("click", (event) => (event.preventDefault(), editor.commands.focus()))
  // Text that comes from elsewhere: a restored copy, a reset form, the browser's Back.
  const take = () => {
    if (!writing && area.value !== empty(editor.getHTML())) editor.commands.setContent(area.value, { emitUpdate: false, parseOptions: { preserveWhitespace: false } })
  }
  area.addEventListener("change", take)
  form.addEventListener("reset", () => setTimeout(take))
  let loaded = area.value
  addEventListener("pageshow", () => {
    if (area.value !== loaded) take()
    loaded = area.value
  })
  return editor
}

// A link of the error summary leads to the text area, which is hidden behind its editor.
form?.addEventListener("click", (event) => {
  const to = event.target.closest?.("a[href^='#id_']")
  const shown = to && document.getElementById(`${to.hash.slice(1)}_ed`)
  if (shown) (event.preventDefault(), shown.focus(), shown.scrollIntoView({ block: "center" }))
})

if (areas.length) {
  const [kit, { tidy }] = await Promise.all([import(form.dataset.editor), import(form.dataset.paste)])
  for (const area of areas) mount(kit, tidy, area)
  form.dataset.mounted = ""
}
