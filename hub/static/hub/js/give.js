// Pictures and files can be dropped anywhere on the page, and pictures pasted, besides being chosen. They go into the
// controls that are there, and are sent with the button beside them, as if they had been chosen.
const form = document.querySelector("form[data-keep]")
const picture = form?.elements.picture
const file = form?.elements.file
const pictures = form?.elements.more_pictures

if (picture && file) {
  const place = document.getElementById("files")
  const said = document.createElement("p")
  said.className = "hint"
  said.setAttribute("role", "status")
  place.querySelector("h2").after(said)
  const isPicture = (each) => picture.accept.split(",").includes(each.type)

  const take = (given) => {
    const lead = picture.files.length ? null : given.find(isPicture)
    const more = given.filter((each) => each !== lead && isPicture(each))
    const others = given.filter((each) => !isPicture(each))
    if (lead) put(picture, [lead])
    if (more.length) put(pictures, [...pictures.files, ...more])
    if (others.length) put(file, [...file.files, ...others])
    const names = given.map((each) => `“${each.name}”`).join(", ")
    said.textContent = `${names}: chosen${lead ? ". Say what the picture shows" : ""}. Nothing is sent before you save pictures and files.`
    place.scrollIntoView({ block: "start" })
    ;(lead ? form.elements.picture_alt : more.length ? pictures : file).focus({ preventScroll: true })
  }

  const put = (control, files) => {
    const data = new DataTransfer()
    for (const each of files) data.items.add(each)
    control.files = data.files
    control.dispatchEvent(new Event("change", { bubbles: true }))
  }

  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files")
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    place.classList.add("dropping")
  })
  for (const end of ["dragleave", "drop", "dragend"]) addEventListener(end, () => place.classList.remove("dropping"))
  // Before the editor, which would open the file in its own way.
  addEventListener("drop", (event) => {
    if (!carriesFiles(event) || !event.dataTransfer.files.length || event.target.matches?.("[type=file]")) return
    event.preventDefault()
    event.stopPropagation()
    take([...event.dataTransfer.files])
  }, { capture: true })
  // What Word copies holds text as well as a picture of it: then the text is meant.
  addEventListener("paste", (event) => {
    const data = event.clipboardData
    const pictures = [...(data?.files ?? [])].filter(isPicture)
    if (!pictures.length || data.types.includes("text/html") || data.types.includes("text/plain")) return
    event.preventDefault()
    event.stopPropagation()
    take(pictures)
  }, { capture: true })
}
