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

/** Buttons that copy what stands in a field; where the browser does not let them, it is selected, to be copied by hand. */
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    } catch {
      field.select();
    }
  });
}

/** The address may name what is folded away: then all that it lies in is opened, where the browser does not do so itself. */
const unfold = () => {
  for (let at = document.getElementById(location.hash.slice(1)); at; at = at.parentElement?.closest("details")) {
    at.closest("details")?.setAttribute("open", "");
  }
};
addEventListener("hashchange", unfold);
unfold();

/** Moments are told by the clock of whoever reads, with the name of its zone; the server knows none and tells UTC.
 *  `data-as` is the pattern by which the server wrote them. */
const formats = new Map();
const formatsOf = (as) => {
  const day = { day: "numeric", month: as.includes("MMMM") ? "long" : "short" };
  const year = as.includes("y") ? { year: "numeric" } : {};
  const second = as.includes("ss") ? { second: "2-digit" } : {};
  const time = { hour: "2-digit", minute: "2-digit", ...second, timeZoneName: "short" };
  const wanted = [as.includes("d") && { ...day, ...year }, as.includes("HH") && time];
  return wanted.filter(Boolean).map((how) => new Intl.DateTimeFormat("en-GB", how));
};
const tellTimes = (root) => {
  for (const time of root.querySelectorAll("time[data-as]")) {
    const { as } = time.dataset;
    formats.set(as, formats.get(as) ?? formatsOf(as));
    const words = formats.get(as).map((format) => format.format(new Date(time.dateTime))).join(", ");
    if (time.textContent !== words) {
      time.textContent = words;
    }
  }
};
tellTimes(document);

/** Where a form proposes this day, it is the one of whoever reads. */
for (const field of document.querySelectorAll("[data-today]")) {
  const today = new Date();
  if (field.value === field.defaultValue) {
    field.value = `${today.getDate()}/${today.getMonth() + 1}/${today.getFullYear()}`;
  }
}

/** The page that the server answered with, its moments told by the clock of whoever reads. */
const read = (text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  tellTimes(page);
  return page;
};

/** What stands in the fields of a place. */
const valuesOf = (place) => {
  const fields = [...place.querySelectorAll(":is(input, select, textarea)[id]")];
  return new Map(fields.map((field) => [field.id, [field.value, field.checked]]));
};
/** Put what the server answered into a place; what was typed there since it was asked, by what was `sent`, stays. */
const swap = (place, fresh, sent) => {
  const typed = [...valuesOf(place)].filter(([id, now]) => sent.has(id) && String(sent.get(id)) !== String(now));
  place.replaceChildren(...fresh.childNodes);
  for (const [id, [value, checked]] of typed) {
    const field = document.getElementById(id);
    if (field) {
      [field.value, field.checked] = [value, checked];
    }
  }
};

/** Forms that answer while they are filled in: what the server makes of them takes the place of what the page shows.
 *  `data-swap` marks the places; one with a value is swapped only when a field whose name ends in it has changed. */
for (const form of document.querySelectorAll("form[data-live]")) {
  let latest = 0;
  let waiting = 0;
  const refresh = async (field) => {
    latest += 1;
    const mine = latest;
    const values = valuesOf(form);
    const sent = new URLSearchParams(new FormData(form));
    sent.set("do", "update");
    const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
    if (!answer || !(answer.ok || answer.status === 422)) { // 422: what was filled in is wrong, and the page says so
      return;
    }
    const page = read(await answer.text());
    if (mine !== latest) {
      return;
    }
    const focused = document.activeElement?.id;
    for (const place of document.querySelectorAll("[data-swap]")) {
      const fresh = page.getElementById(place.id);
      if (fresh && field.name.endsWith(place.dataset.swap)) {
        swap(place, fresh, values);
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
  // Buttons that change the rows of a list, in place; where that cannot be, the form is sent.
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const place = button?.closest("[data-rows]");
    if (!place) {
      return;
    }
    event.preventDefault();
    latest += 1;
    const values = valuesOf(form);
    const sent = new URLSearchParams(new FormData(form));
    sent.set("do", button.value);
    const answer = await fetch(form.action, { method: "POST", body: sent }).catch(() => null);
    const fresh = answer?.ok ? read(await answer.text()).getElementById(place.id) : null;
    if (!fresh) {
      delete place.dataset.rows;
      button.click();
      return;
    }
    const next = fresh.querySelector("[autofocus]");
    next?.removeAttribute("autofocus");
    const focused = document.activeElement === button ? next?.id : document.activeElement.id;
    swap(place, fresh, values);
    (document.getElementById(focused) ?? next)?.focus();
    form.dispatchEvent(new Event("rows"));
  });
}

/** Forms that are kept while they are filled in: a moment after the last key, and when the page is left. It warns only
 *  while something that was typed is not kept. Where `data-keep` says "typed", the page came with what is not saved. */
const keepers = [];
for (const form of document.querySelectorAll("form[data-keep]")) {
  const fields = () => {
    const sent = new URLSearchParams(new FormData(form));
    sent.set("do", "keep");
    return sent;
  };
  let kept = form.dataset.keep ? "" : String(fields());
  let asked = "";
  let waiting = 0;
  let isSent = false;
  const note = form.querySelector("[data-kept]");
  const isKept = () => isSent || String(fields()) === kept;
  const keep = async () => {
    clearTimeout(waiting);
    const sent = fields();
    if (isKept()) {
      return;
    }
    asked = String(sent);
    const isShort = asked.length < 60_000; // only then a browser sends it on when the page is gone
    const answer = await fetch(form.action, { method: "POST", body: sent, keepalive: isShort }).catch(() => null);
    if (answer?.status === 204) {
      kept = String(sent);
      note.hidden = !isKept();
    } else if (!answer || answer.status >= 500) {
      waiting = setTimeout(keep, 5000);
    }
  };
  for (const change of ["input", "rows"]) {
    form.addEventListener(change, () => {
      clearTimeout(waiting);
      note.hidden = true;
      waiting = setTimeout(keep, 700);
    });
  }
  document.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (!defaultPrevented && [target.id, target.dataset.forget].includes(form.id)) {
      isSent = true;
      clearTimeout(waiting);
    }
  });
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("pagehide", keep);
  addEventListener("pageshow", () => {
    isSent = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!isKept()) {
      if (asked !== String(fields())) {
        keep(); // on its way before the next page is asked for
      }
      event.preventDefault();
    }
  });
  keepers.push({ keep, isKept });
  keep();
}
/** Who follows a link finds on the next page what was typed: it goes on once that is kept, or after two seconds. */
addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  const open = keepers.filter(({ isKept }) => !isKept());
  const isElsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || !open.length || isElsewhere || event.defaultPrevented || link.hasAttribute("target")) {
    return;
  }
  const to = new URL(link.getAttribute("href"), location.href); // of a link in a drawing, `href` is no text
  if (to.hash && to.href.split("#")[0] === location.href.split("#")[0]) {
    return;
  }
  event.preventDefault();
  await Promise.race([Promise.all(open.map(({ keep }) => keep())), new Promise((done) => setTimeout(done, 2000))]);
  location.assign(to.href);
});

/** Who else has an item open: while this page is looked at, it says so every half minute, and is told who else does. It
 *  says so too when it is left. */
for (const place of document.querySelectorAll("[data-open]")) {
  const form = document.getElementById("item-form");
  const words = (act) => new URLSearchParams({ csrf_token: form.elements.csrf_token.value, do: act });
  const tell = async () => {
    if (document.hidden) {
      return;
    }
    const answer = await fetch(form.action, { method: "POST", body: words("open") }).catch(() => null);
    const fresh = answer?.ok ? read(await answer.text()).getElementById(place.id) : null;
    if (fresh && fresh.textContent.trim() !== place.textContent.trim()) {
      place.replaceChildren(...fresh.childNodes);
    }
  };
  tell();
  setInterval(tell, 30_000);
  document.addEventListener("visibilitychange", tell);
  addEventListener("pageshow", ({ persisted }) => persisted && tell());
  addEventListener("pagehide", () => navigator.sendBeacon(form.action, words("leave")));
}

/** A job under way: the page is fetched again every so many milliseconds, until the job there has no `data-poll` any
 *  more. Only what tells of the progress is swapped until then, so that a button beside it keeps the focus; afterwards
 *  the buttons are, and what was found. */
for (const place of document.querySelectorAll("[data-poll]")) {
  const wait = Number(place.dataset.poll);
  const look = async () => {
    const answer = await fetch(location.href).catch(() => null);
    const page = answer?.ok ? read(await answer.text()) : null;
    const fresh = page?.getElementById(place.id);
    if (answer && (answer.redirected || answer.status === 403 || (page && !fresh))) {
      location.reload();
      return;
    }
    if (!fresh) {
      setTimeout(look, wait);
      return;
    }
    const parts = "poll" in fresh.dataset ? ["state", "progress"] : ["state", "controls", "found"];
    const hadFocus = document.activeElement !== document.body;
    for (const id of parts.map((part) => `${place.id}-${part}`)) {
      const [now, then] = [document.getElementById(id), page.getElementById(id)];
      if (now && then && now.innerHTML !== then.innerHTML) {
        now.replaceChildren(...then.childNodes);
      }
    }
    if ("poll" in fresh.dataset) {
      setTimeout(look, wait);
    } else if (hadFocus && document.activeElement === document.body) {
      document.getElementById("main").focus();
    }
  };
  setTimeout(look, wait);
}
