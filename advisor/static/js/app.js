// What the pages do beyond plain HTML. Nothing here is needed: without it every journey works the same.

/** Put the focus on the error summary, so that a screen reader starts there. */
for (const summary of document.querySelectorAll("[data-focus]")) {
  summary.focus();
}

/** Buttons that show a password while it is typed, and hide it again. */
for (const button of document.querySelectorAll("[data-show]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.show);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
}

/** Buttons that print. Without a script they would do nothing, so the style sheet hides them there. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
