// Theme, filters and sorting, on every page. Texts reach the page as text nodes only.
"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const stored = () => { try { return localStorage.getItem("samehand-theme"); } catch { return null; } };
  const dark = () => root.dataset.theme === "dark";
  const paint = (theme) => {
    root.dataset.theme = theme;
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", dark() ? "Use light colours" : "Use dark colours");
    document.dispatchEvent(new CustomEvent("theme"));
  };
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  paint(stored() || (preferred.matches ? "dark" : "light"));
  button.hidden = false;
  button.addEventListener("click", () => {
    paint(dark() ? "light" : "dark");
    try { localStorage.setItem("samehand-theme", root.dataset.theme); } catch { /* a page opened from disk may have no storage */ }
  });

  // "hxxps://a[.]com" finds "a.com".
  const plain = (text) => text.trim().toLowerCase().replaceAll("[.]", ".").replace(/^hxxp/, "http");
  for (const input of document.querySelectorAll("input[data-filter]")) {
    const items = [...document.getElementById(input.dataset.filter).children];
    const count = document.getElementById(`${input.id}-count`);
    input.addEventListener("input", () => {
      const wanted = plain(input.value);
      let shown = 0;
      for (const item of items) {
        item.hidden = !item.dataset.text.toLowerCase().includes(wanted);
        shown += !item.hidden;
      }
      count.textContent = wanted ? `${shown} of ${items.length}` : "";
    });
  }

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      const sorter = document.createElement("button");
      sorter.type = "button";
      sorter.textContent = cell.textContent;
      cell.replaceChildren(sorter);
      sorter.addEventListener("click", () => {
        const down = cell.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        const text = (row) => row.cells[column].textContent.trim();
        const compare = (one, two) => text(one).localeCompare(text(two), "en", { numeric: true });
        body.append(...[...body.rows].sort((one, two) => (down ? -1 : 1) * compare(one, two)));
      });
    });
  }

  // What a person quotes: the value, where and when it was seen, and the capture that shows it.
  const words = (node) => (node ? node.innerText.replaceAll(/\s+/g, " ").trim() : "");
  const citation = (card) => {
    const around = card.closest(".evidence, .carried, #panel");
    const heads = [...around.querySelectorAll("h3, h4, .carried-head")].filter((head) => head.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
    const parts = [heads.at(-1), ...[".sighting-head", ".url", ".digest"].map((name) => card.querySelector(name))].map(words);
    return `${parts.filter(Boolean).join("; ")}. ${document.title}.`;
  };
  const copied = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* a page from disk may not use it */ }
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };
  document.addEventListener("click", async (event) => {
    const asked = event.target.closest(".cite");
    if (!asked) return;
    asked.textContent = (await copied(citation(asked.closest(".sighting")))) ? "Copied" : "Could not be copied";
    asked.focus();
    setTimeout(() => { asked.textContent = "Copy citation"; }, 2000);
  });

  // Paper shows what is open here, and a line for what is not.
  for (const opener of document.querySelectorAll("button[data-open]")) {
    const all = [...document.getElementById(opener.dataset.open).querySelectorAll("details")];
    opener.hidden = false;
    opener.addEventListener("click", () => {
      const open = all.some((one) => !one.open);
      for (const one of all) one.open = open;
      opener.textContent = open ? "Close all" : "Open all";
    });
  }
})();
