// What the pages do beyond plain HTML. Nothing here is needed: without it every journey works the same.

/** Put the focus on the error summary, so that a screen reader starts there. */
for (const summary of document.querySelectorAll("[data-focus]")) {
  summary.focus();
}

/** Buttons that print. Without a script they would do nothing, so the style sheet hides them there. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
