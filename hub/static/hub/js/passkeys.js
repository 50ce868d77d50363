// Passkeys: show the buttons where the browser knows passkeys, and say in words when one did not work.
const problem = document.getElementById("passkey-problem");

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) button.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (!problem) return;
  problem.textContent = "The passkey did not work, or you closed the window that asked for it. Try again, or come in another way.";
  problem.hidden = false;
});
