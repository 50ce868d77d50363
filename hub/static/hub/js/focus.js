// What went wrong comes first: the error summary takes the focus, so that it is read out and seen.
document.querySelector("[data-focus]")?.focus();
