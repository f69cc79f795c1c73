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

/** The address may name what is folded away: then all that it lies in is opened, where the browser does not do so itself. */
const unfold = () => {
  for (let at = document.getElementById(location.hash.slice(1)); at; at = at.parentElement?.closest("details")) {
    at.closest("details")?.setAttribute("open", "");
  }
};
addEventListener("hashchange", unfold);
unfold();

/** Forms that answer while they are filled in: what the server makes of them takes the place of what the page shows.
 *  `data-swap` marks the places; one with a value is swapped only when a field whose name ends in it has changed. */
for (const form of document.querySelectorAll("form[data-live]")) {
  let latest = 0;
  let waiting = 0;
  const refresh = async (field) => {
    latest += 1;
    const mine = latest;
    const sent = new URLSearchParams(new FormData(form));
    sent.set("do", "update");
    const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
    if (!answer || !answer.ok) {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) {
      return;
    }
    const focused = document.activeElement?.id;
    for (const place of document.querySelectorAll("[data-swap]")) {
      const fresh = page.getElementById(place.id);
      if (fresh && field.name.endsWith(place.dataset.swap)) {
        place.replaceChildren(...fresh.childNodes);
      }
    }
    if (focused && document.activeElement?.id !== focused) {
      document.getElementById(focused)?.focus();
    }
  };
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refresh(event.target), 150);
  });
}

/** A place that goes on changing on the server, such as a job's progress: the page is fetched again every so many
 *  milliseconds, until the place there has no `data-poll` any more. Only what tells of the progress is swapped until
 *  then, so that a button beside it keeps the focus; afterwards the whole place is. */
for (const place of document.querySelectorAll("[data-poll]")) {
  const wait = Number(place.dataset.poll);
  const look = async () => {
    const answer = await fetch(location.href).catch(() => null);
    if (answer && (answer.redirected || answer.status === 403)) {
      location.reload();
      return;
    }
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const fresh = page?.getElementById(place.id);
    if (!fresh) {
      setTimeout(look, wait);
      return;
    }
    const swap = (id) => {
      const [now, then] = [document.getElementById(id), page.getElementById(id)];
      if (now && then && now.innerHTML !== then.innerHTML) {
        now.replaceChildren(...then.childNodes);
      }
    };
    swap(`${place.id}-state`);
    if ("poll" in fresh.dataset) {
      swap(`${place.id}-progress`);
      setTimeout(look, wait);
      return;
    }
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren(...fresh.childNodes);
    if (hadFocus) {
      document.getElementById("main").focus();
    }
  };
  setTimeout(look, wait);
}
