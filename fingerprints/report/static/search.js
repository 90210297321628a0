// The search page: sites, networks and values in one list, found by a part of their text.
"use strict";
(() => {
  const MOST = 100;
  const { sites, networks, values } = JSON.parse(document.getElementById("data").textContent);
  const input = document.getElementById("search");
  const results = document.getElementById("results");
  const count = document.getElementById("search-count");
  const lower = values.map(([kind, value]) => `${kind}:${value}`.toLowerCase());
  const plain = (text) => text.trim().toLowerCase().replaceAll("[.]", ".").replace(/^hxxps?:\/\//, "").replace(/^https?:\/\//, "");

  const make = (tag, text) => { const node = document.createElement(tag); node.textContent = text; return node; };
  const link = (href, text) => { const node = make("a", text); node.href = encodeURI(href); return node; };
  const siteLink = (index) => link(sites[index][2], sites[index][1]);
  const networkLink = (index) => link(networks[index][1], `network of ${networks[index][2]}`);

  const section = (title, rows, total) => {
    if (!rows.length) return;
    const list = document.createElement("ul");
    for (const parts of rows) {
      const item = document.createElement("li");
      item.append(...parts);
      list.append(item);
    }
    results.append(make("h2", total > rows.length ? `${title}: the first ${rows.length} of ${total}` : `${title}: ${total}`), list);
  };

  const search = () => {
    const wanted = plain(input.value);
    results.replaceChildren();
    if (wanted.length < 2) { count.textContent = "Type at least two characters."; return; }
    const foundNetworks = networks.map((_, index) => index).filter((index) => networks[index][0].includes(wanted));
    const foundSites = sites.map((_, index) => index).filter((index) => sites[index][0].includes(wanted));
    const foundValues = values.map((_, index) => index).filter((index) => lower[index].includes(wanted));
    section("Networks", foundNetworks.slice(0, MOST).map((index) => [networkLink(index), ` ${networks[index][0]}`]), foundNetworks.length);
    section("Sites", foundSites.slice(0, MOST).map((index) => {
      const network = sites[index][3];
      return network < 0 ? [siteLink(index)] : [siteLink(index), " in a ", networkLink(network)];
    }), foundSites.length);
    section("Values", foundValues.slice(0, MOST).map((index) => {
      const [kind, value, carriers] = values[index];
      const parts = [make("span", `${kind} `), make("code", value), " on "];
      carriers.slice(0, 12).forEach((site, place) => parts.push(place ? ", " : "", siteLink(site)));
      if (carriers.length > 12) parts.push(` and ${carriers.length - 12} more`);
      parts[0].className = "kind";
      return parts;
    }), foundValues.length);
    const total = foundNetworks.length + foundSites.length + foundValues.length;
    count.textContent = total ? `${total} found.` : "Nothing of this report has it. That it was not seen does not mean that it is not there.";
  };

  let waiting = 0;
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 80); });
  const asked = new URLSearchParams(location.hash.slice(1)).get("q");
  if (asked) { input.value = asked; search(); }
  input.focus();
})();
