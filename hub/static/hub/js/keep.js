// Nothing that is typed is lost. Every change is kept on this device at once and sent two seconds later; what was sent
// and saved is forgotten here. Offline, signed out, or closed: the copy stays, and is offered the next time.

const PAUSE = 2000
const AGAIN = 15000
// Not part of the text, or not ours to keep.
const ASIDE = new Set(["csrfmiddlewaretoken", "base", "seen", "then", "take_out", "without_picture", "picture", "file", "file_title", "gallery_out", "more_pictures"])

const form = document.querySelector("form[data-keep]")
const chosen = document.querySelector("form[data-chosen]")
const keyOf = (form) => `draft:${form.dataset.who}:${form.dataset.story}`
// On the page that shows both texts, what is chosen there is the text.
chosen?.addEventListener("submit", () => forget(keyOf(chosen)))

if (form) {
  const key = keyOf(form)
  const status = document.getElementById("standing")
  const place = document.getElementById("kept")
  let timer = 0
  let busy = false
  let stopped = false
  let unsafe = false
  let before = JSON.stringify(typed())
  const wordsOf = (words) => (status.querySelector("[data-words]").textContent = words)
  const tell = (state, words) => {
    status.dataset.state = state
    wordsOf(words)
  }

  function typed() {
    const fields = {}
    for (const [name, value] of new FormData(form)) if (!ASIDE.has(name) && typeof value === "string") (fields[name] ??= []).push(value)
    return fields
  }

  function keep() {
    const copy = { base: form.elements.base.value, seen: form.elements.seen.value, at: Date.now(), fields: typed() }
    unsafe = !store(key, copy)
  }

  function later(pause = PAUSE) {
    clearTimeout(timer)
    timer = setTimeout(send, pause)
  }

  async function send() {
    if (stopped) return
    if (busy) return later()
    busy = true
    const fields = typed()
    const sent = JSON.stringify(fields)
    const body = new URLSearchParams()
    for (const name of ["csrfmiddlewaretoken", "base", "seen"]) body.append(name, form.elements[name].value)
    for (const [name, values] of Object.entries(fields)) for (const value of values) body.append(name, value)
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", credentials: "same-origin" })
      await heard(answer, sent, fields)
    } catch {
      tell("away", "Offline, kept on this device")
      later(AGAIN)
    } finally {
      busy = false
    }
  }

  async function heard(answer, sent, fields) {
    if (answer.ok) return saved(await answer.json(), sent, fields)
    if (answer.status === 409) {
      stopped = true
      tell("clash", "Someone else saved meanwhile")
      return offerBoth((await answer.json()).clashes)
    }
    if (answer.type === "opaqueredirect") {
      tell("away", "Signed out, kept on this device")
      return later(AGAIN)
    }
    if (answer.status === 422) return tell("away", (await answer.json()).refused)
    if (answer.status === 403 || answer.status === 404) {
      stopped = true
      return tell("away", "You can no longer change this story. Your text is kept on this device")
    }
    tell("away", answer.status === 429 ? "Saved a little later: kept on this device" : "Not saved yet, kept on this device")
    later(AGAIN)
  }

  function saved(answer, sent, fields) {
    const seen = JSON.parse(form.elements.seen.value)
    const fresh = answer.seen
    for (const [field, raw] of Object.entries(answer.merged))
      for (const [name, values] of Object.entries(raw)) {
        // Another author changed this one alone: take it, unless it is being typed in here at this moment.
        if (JSON.stringify(typed()[name] ?? []) === JSON.stringify(fields[name] ?? [])) put(name, values)
        else fresh[field] = seen[field]
      }
    form.elements.base.value = answer.base
    form.elements.seen.value = JSON.stringify(fresh)
    for (const link of document.querySelectorAll("[data-outline] a")) {
      const done = answer.done.includes(link.hash.slice(1))
      if (link.hasAttribute("data-done") === done || !link.querySelector("[data-standing]")) continue
      link.toggleAttribute("data-done", done)
      link.querySelector("[data-standing]").textContent = done ? ", written" : ", if you like"
    }
    tellNext(answer.next)
    const company = document.querySelector("[data-company]")
    if (company && company.textContent !== answer.company) company.textContent = answer.company
    const wrong = Object.entries(answer.errors)
    for (const note of form.querySelectorAll("[data-said-by-keep]")) note.remove()
    for (const [name, words] of wrong) complain(name, words)
    if (JSON.stringify(typed()) === sent || Object.keys(answer.merged).length) {
      if (wrong.length) tell("away", "Saved, but for what is marked")
      else {
        forget(key)
        before = JSON.stringify(typed())
        unsafe = false
        tell("saved", `Saved ${answer.at}`)
      }
    } else later()
  }

  // What would help readers most next, as the outline says it.
  function tellNext(next) {
    const line = document.querySelector("[data-next] a")
    if (!line || (next && line.textContent === next.words)) return
    line.textContent = next ? next.words : "It is all there. Read it once more, and send it."
    line.href = next ? next.address : "#send"
  }

  function complain(name, words) {
    const field = form.querySelector(`#id_${name}`)
    const note = document.createElement("p")
    note.className = "error"
    note.dataset.saidByKeep = ""
    note.textContent = words
    field?.closest(".form-field")?.append(note)
  }

  function put(name, values) {
    for (const control of [...form.elements].filter((control) => control.name === name)) {
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value)
      else control.value = values[0] ?? ""
      control.dispatchEvent(new Event("change"))
    }
  }

  function offerBoth(clashes) {
    show(`Someone else changed this meanwhile: ${clashes.map((label) => `“${label}”`).join(", ")}. Your text is kept.`, [
      ["See both texts", () => form.requestSubmit(form.querySelector("button[value=save]"))],
    ])
  }

  function show(words, actions) {
    place.replaceChildren()
    const line = document.createElement("p")
    line.textContent = words
    const row = document.createElement("p")
    row.className = "row"
    actions.forEach(([name, act], index) => {
      const button = document.createElement("button")
      button.type = "button"
      button.className = index ? "button quiet slim" : "button slim"
      button.textContent = name
      button.addEventListener("click", act)
      row.append(button)
    })
    place.append(line, row)
    place.hidden = false
  }

  function offer() {
    const copy = fetchCopy(key) ?? fetchCopy(`${key}:older`)
    if (!copy) return
    const from = fetchCopy(key) ? key : `${key}:older`
    if (same(copy.fields, typed())) return void (forget(from), offer())
    const when = new Date(copy.at).toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" })
    const done = () => {
      forget(from)
      place.hidden = true
    }
    const aside = () => {
      // The first key stroke would write over the copy that is on offer: put it aside.
      if (!place.hidden && from === key) store(`${key}:older`, copy)
    }
    form.addEventListener("input", aside, { once: true, capture: true })
    show(`On this device there is text of ${when} that was not saved.`, [
      ["Use that text", () => {
        form.removeEventListener("input", aside, { capture: true })
        done()
        // From the version that it was typed on, so that what others saved since is seen and not written over.
        form.elements.base.value = copy.base
        form.elements.seen.value = copy.seen
        const names = new Set([...Object.keys(copy.fields), ...Object.keys(typed())])
        for (const name of names) if (!ASIDE.has(name)) put(name, copy.fields[name] ?? [])
        keep()
        tell("away", "Kept on this device")
        later(0)
      }],
      ["Throw it away", () => {
        done()
        forget(`${key}:older`)
      }],
    ])
  }

  form.addEventListener("input", (event) => changed(event))
  form.addEventListener("change", (event) => event.isTrusted && changed(event))
  function changed(event) {
    if (event.target.matches?.("[data-aside], [type=file]") || ASIDE.has(event.target.name)) return
    keep()
    if (stopped) return
    tell("writing", unsafe ? "Not saved yet" : "Kept on this device")
    later()
  }
  addEventListener("online", () => status.dataset.state === "away" && later(0))
  addEventListener("pagehide", () => JSON.stringify(typed()) !== before && keep())
  addEventListener("beforeunload", (event) => unsafe && !submitting && event.preventDefault())
  let submitting = false
  form.addEventListener("submit", () => {
    submitting = true
    clearTimeout(timer)
  })
  // The copy on this device is of no use to the next person who sits here.
  for (const out of document.querySelectorAll("form[action$='/logout/']")) out.addEventListener("submit", () => forget(key))
  offer()
}

function store(key, copy) {
  try {
    localStorage.setItem(key, JSON.stringify(copy))
    return true
  } catch {
    return false
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key)
  } catch {
    // Nothing was kept.
  }
}

function fetchCopy(key) {
  try {
    const copy = JSON.parse(localStorage.getItem(key))
    return copy?.fields ? copy : null
  } catch {
    return null
  }
}

// The editor and the server write the same text in two ways: compare what it says and how it looks, not the tags.
function same(one, other) {
  const plain = (values) => (values ?? []).join("\n").replace(/<(\/?)strong>/g, "<$1b>").replace(/<(\/?)em>/g, "<$1i>").replace(/<\/?(p|br)\s*\/?>/g, " ").replace(/\s+/g, " ").replace(/ ?(<[^>]+>) ?/g, "$1").trim()
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => plain(one[name]) === plain(other[name]))
}
