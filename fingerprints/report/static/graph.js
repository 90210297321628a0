// The network's graph: sites and the values that they share, or the links alone; filters, and the evidence of what is chosen.
"use strict";
(() => {
  const { Sigma, NodePointProgram, NodeCircleProgram, EdgeLineProgram, UndirectedGraph } = GraphLibrary;
  const data = JSON.parse(document.getElementById("data").textContent);
  const desk = document.getElementById("desk");
  const canvas = document.getElementById("canvas");
  const panel = document.getElementById("panel");
  const by = (id) => document.getElementById(id);
  // Okabe and Ito's colours, which people who see colours differently can tell apart: https://jfly.uni-koeln.de/color/
  const PALETTE = ["#b07a1e", "#0f8f6b", "#c2571a", "#b0578b", "#5b6fd1", "#8a8f1c", "#7a5195", "#3a8fb7", "#9c5b3b", "#5f7f3f"];
  const families = [...new Set(data.values.filter((value) => value.on.length > 1).map((value) => value.family))].sort();
  const otherFamilies = [...new Set(data.values.map((value) => value.family))].filter((family) => !families.includes(family)).sort();
  const colourOf = Object.fromEntries([...families, ...otherFamilies].map((family, index) => [family, PALETTE[index % PALETTE.length]]));
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const sightings = new Map();
  for (const row of data.seen) {
    if (!sightings.has(row[0])) sightings.set(row[0], []);
    sightings.get(row[0]).push(row);
  }

  // A value is drawn as a diamond: the point program's square, with another rule for which of its pixels are inside.
  class NodeDiamondProgram extends NodePointProgram {
    getDefinition() {
      const definition = super.getDefinition();
      const inside = "abs(gl_PointCoord.x - 0.5) + abs(gl_PointCoord.y - 0.5)";
      return {
        ...definition,
        FRAGMENT_SHADER_SOURCE: `precision mediump float;
          varying vec4 v_color; varying float v_border;
          const vec4 nothing = vec4(0.0, 0.0, 0.0, 0.0);
          void main(void) {
            gl_FragColor = ${inside} < 0.46 ? v_color : nothing;
          }`,
      };
    }
  }

  const graph = new UndirectedGraph({ multi: false });
  const strength = new Array(data.sites.length).fill(0);
  for (const [a, b, bits] of data.links) {
    strength[a] = Math.max(strength[a], bits);
    strength[b] = Math.max(strength[b], bits);
  }
  // The stage is wider than high, and names stand to the right of their nodes.
  const WIDE = 1.35;
  const crowd = Math.max(0.35, Math.min(1, 8 / Math.sqrt(data.sites.length)));
  data.sites.forEach((site, index) => graph.addNode(`s${index}`, {
    x: site.x * WIDE, y: site.y, size: (6 + Math.min(9, strength[index] / 4)) * crowd, label: site.shown, site: index, type: "circle", zIndex: 2,
  }));
  data.values.forEach((value, index) => graph.addNode(`v${index}`, {
    x: value.x * WIDE, y: value.y, size: (5 + Math.min(8, value.bits / 2)) * Math.max(0.5, crowd), label: `${value.kind} ${value.value}`, value: index, type: "diamond", zIndex: 1,
  }));
  data.values.forEach((value, index) => value.on.forEach((site) => {
    graph.addEdgeWithKey(`c${index} ${site}`, `s${site}`, `v${index}`, { carries: index, bits: value.bits, size: (0.6 + value.bits / 12) * Math.max(0.5, crowd) });
  }));
  // Links are drawn in a view of their own: until somebody asks for it they would only cost time.
  const addLinks = () => {
    if (!data.links.length || graph.hasEdge("l0")) return;
    data.links.forEach(([a, b, bits], index) => {
      graph.addEdgeWithKey(`l${index}`, `s${a}`, `s${b}`, { link: index, bits, size: Math.max(0.5, Math.min(6, bits / 8)) * Math.max(0.4, crowd) });
    });
  };

  const mostOn = Math.max(2, ...data.values.map((value) => value.on.length));
  const mostBits = Math.ceil(Math.max(1, ...data.links.map((link) => link[2])));
  // A dense network is drawn as links first: thousands of values at once tell nothing.
  const state = { view: "values", single: false, weightless: false, candidates: true, hub: mostOn, bits: 0, off: new Set(), chosen: null, hover: null };
  const visibleValue = (value) =>
    state.view === "values" && !state.off.has(value.family) && value.on.length <= state.hub && value.bits >= state.bits &&
    (state.single || value.on.length > 1) && (state.weightless || value.bits > 0 || value.on.length === 1);
  const hidden = (node) => {
    const attributes = graph.getNodeAttributes(node);
    if (attributes.site === undefined) return !visibleValue(data.values[attributes.value]);
    return !state.candidates && data.sites[attributes.site].role === "candidate";
  };
  let colours = {};
  const readColours = () => {
    colours = { core: css("--core"), associated: css("--associated"), candidate: css("--candidate"), edge: css("--edge"), faint: css("--line"), accent: css("--accent"), ink: css("--ink"), sheet: css("--sheet") };
  };
  readColours();
  // A name stands where there is room for it: left of a node at the right edge, and not across another name.
  let taken = [];
  const drawName = (context, node, settings, strong) => {
    if (!node.label) return;
    context.font = `${strong ? "bold " : ""}${settings.labelSize}px ${settings.labelFont}`;
    const width = context.measureText(node.label).width;
    const gap = node.size + 4;
    const left = node.x + gap + width > canvas.clientWidth ? node.x - gap - width : node.x + gap;
    const box = [left, node.y - 8, left + width, node.y + 8];
    const free = taken.every(([x1, y1, x2, y2]) => box[0] > x2 || box[2] < x1 || box[1] > y2 || box[3] < y1);
    if (!free && !strong && !node.forceLabel) return;
    taken.push(box);
    Object.assign(context, { lineWidth: strong ? 5 : 3, lineJoin: "round", strokeStyle: colours.sheet, fillStyle: colours.ink });
    context.strokeText(node.label, left, node.y + settings.labelSize / 3);
    context.fillText(node.label, left, node.y + settings.labelSize / 3);
  };
  const near = () => state.hover || state.chosen;
  const touches = (node) => !near() || node === near() || (graph.hasNode(near()) ? graph.areNeighbors(node, near()) : graph.hasExtremity(near(), node));

  // Shown before it is drawn, so that it is drawn once and in its right size.
  desk.hidden = false;
  let sigma;
  try {
    sigma = new Sigma(graph, canvas, {
      nodeProgramClasses: { circle: NodeCircleProgram, diamond: NodeDiamondProgram },
      edgeProgramClasses: { line: graph.size + data.links.length > 4000 ? EdgeLineProgram : GraphLibrary.EdgeRectangleProgram },
      defaultEdgeType: "line", enableEdgeEvents: graph.size + data.links.length <= 25000, zIndex: true, labelDensity: 0.8, labelGridCellSize: 90,
      labelRenderedSizeThreshold: 5, labelFont: "system-ui, sans-serif", labelSize: 12,
      defaultDrawNodeLabel: (context, node, settings) => drawName(context, node, settings, false),
      defaultDrawNodeHover: (context, node, settings) => drawName(context, node, settings, true),
      hideEdgesOnMove: graph.size + data.links.length > 8000, allowInvalidContainer: true, stagePadding: 36, minCameraRatio: 0.02, maxCameraRatio: 4,
      nodeReducer: (node, attributes) => {
        if (hidden(node)) return { ...attributes, hidden: true };
        const site = attributes.site === undefined ? null : data.sites[attributes.site];
        const lit = touches(node);
        return {
          ...attributes,
          color: !lit ? colours.faint : site ? colours[site.role] : colourOf[data.values[attributes.value].family],
          label: lit && (site || near()) ? shorten(attributes.label) : null,
          forceLabel: node === near(), highlighted: false, zIndex: lit ? attributes.zIndex + 3 : 0,
        };
      },
      edgeReducer: (edge, attributes) => {
        const off = attributes.carries === undefined
          ? state.view === "values" || attributes.bits < state.bits
          : state.view === "links";
        const [one, two] = graph.extremities(edge);
        if (off || hidden(one) || hidden(two)) return { ...attributes, hidden: true };
        const lit = near() && (edge === near() || one === near() || two === near());
        return { ...attributes, color: lit ? colours.accent : near() ? colours.faint : colours.edge, zIndex: lit ? 2 : 0 };
      },
    });
  } catch (error) {
    // No WebGL: the still drawing and the tables stay.
    desk.hidden = true;
    return;
  }
  function shorten(text) { return text.length > 34 ? `${text.slice(0, 32)}…` : text; }

  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const jump = (key, text) => {
    const node = make("button", text, "jump");
    node.type = "button";
    node.addEventListener("click", () => choose(key, true));
    return node;
  };
  const valueJump = (number) => jump(`v${number}`, `${data.values[number].kind} ${data.values[number].value}`);
  const list = (nodes, most) => {
    const all = make("ul");
    for (const node of nodes.slice(0, most)) { const item = make("li"); item.append(...[node].flat()); all.append(item); }
    if (nodes.length > most) all.append(make("li", `and ${nodes.length - most} more`));
    return all;
  };
  const MOST_LISTED = 40;
  const sightingCard = ([, site, url, where, excerpt, first, last, sha256, file, offset]) => {
    const card = make("div", undefined, "sighting");
    const head = make("p", undefined, "sighting-head");
    head.append(make("strong", data.sites[site].shown), make("span", ` ${where} · ${first}${first === last ? "" : ` to ${last}`}`, "faint"));
    card.append(head, make("p", url, "url"));
    if (excerpt) card.append(make("pre", excerpt, "excerpt"));
    const digest = make("p", undefined, "digest");
    if (sha256) digest.append("SHA-256 ", make("code", sha256), make("br"), `${file}, byte ${offset}`);
    else digest.append("No capture was kept.");
    const cite = make("button", "Copy citation", "cite");
    cite.type = "button";
    card.append(digest, cite);
    return card;
  };
  const SVG = "http://www.w3.org/2000/svg";
  const bar = (left, width, zero) => {
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", "0 0 100 10");
    picture.setAttribute("preserveAspectRatio", "none");
    picture.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(SVG, "line");
    for (const [name, value] of Object.entries({ class: "even", x1: zero, x2: zero, y1: 0, y2: 10 })) line.setAttribute(name, value);
    const box = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x: left, y: 1, height: 8, width: Math.max(0.4, width) })) box.setAttribute(name, value);
    picture.append(line, box);
    return picture;
  };
  const waterfall = (bits, shared) => {
    const prior = Number(canvas.dataset.prior);
    const scale = 100 / Math.max(prior, bits);
    const table = make("table", undefined, "waterfall");
    const row = (label, amount, left, width, kind) => {
      const line = table.insertRow();
      line.className = `step-${kind}`;
      const head = make("th", label);
      head.scope = "row";
      const cell = make("td", undefined, "bar-cell");
      cell.append(bar(left, width, prior * scale));
      line.append(head, make("td", `${amount < 0 ? "−" : "+"}${Math.abs(amount).toFixed(1)}`, "number"), cell);
    };
    row("prior odds", -prior, 0, prior * scale, "prior");
    let at = 0;
    for (const [value, gain] of shared) {
      if (gain <= 0) continue;
      row(`${data.values[value].kind} ${data.values[value].value}`, gain, at * scale, gain * scale, "gain");
      at += gain;
    }
    const net = bits - prior;
    row("odds of one hand", net, Math.min(prior, bits) * scale, Math.abs(net) * scale, net > 0 ? "total" : "short");
    return table;
  };
  const worth = (value) => {
    const others = value.sites - 1;
    const told = [`${value.bits.toFixed(1)} bits`, `${others} other ${others === 1 ? "site" : "sites"} of the store ${others === 1 ? "carries" : "carry"} it`];
    if (value.why) told.push(value.why);
    return told.join(" · ");
  };
  const showValue = (index) => {
    const value = data.values[index];
    panel.append(make("h3", value.value), make("p", `${value.title} · ${value.family}`), make("p", worth(value), "faint"));
    if (value.traps) panel.append(make("p", value.traps, "note"));
    for (const row of (sightings.get(index) || []).slice(0, 60)) panel.append(sightingCard(row));
  };
  const showSite = (index) => {
    const site = data.sites[index];
    const mine = data.links.map((link, number) => [link, number]).filter(([[a, b]]) => a === index || b === index);
    panel.append(make("h3", site.shown), make("p", `${site.role} · ${mine.length} ${mine.length === 1 ? "link" : "links"} shown`));
    if (site.why) panel.append(make("p", site.why));
    const values = data.values.map((value, number) => [value, number]).filter(([value]) => value.on.includes(index) && value.on.length > 1);
    const weighty = values.filter(([value]) => value.bits > 0);
    if (weighty.length) panel.append(make("h4", "Shares"), list(weighty.map(([value, number]) => [valueJump(number), make("span", ` ${value.bits.toFixed(1)} bits, with ${value.on.length - 1}`, "faint")]), MOST_LISTED));
    const idle = values.filter(([value]) => value.bits <= 0);
    if (idle.length) {
      const folded = make("details", undefined, "idle");
      folded.append(make("summary", `and ${idle.length} of no weight`), list(idle.map(([, number]) => [valueJump(number)]), MOST_LISTED));
      panel.append(folded);
    }
    if (mine.length) panel.append(make("h4", "Linked with"), list(mine.map(([[a, b, bits], number]) => {
      const other = a === index ? b : a;
      return [jump(`l${number}`, data.sites[other].shown), make("span", ` ${bits.toFixed(1)} bits`, "faint")];
    }), 60));
  };
  const showLink = (index) => {
    const [a, b, bits, shared] = data.links[index];
    panel.append(make("h3", `${data.sites[a].shown} and ${data.sites[b].shown}`), make("p", `${bits.toFixed(1)} bits of evidence`), waterfall(bits, shared));
    for (const [value, gain] of shared.slice(0, 30)) {
      panel.append(make("h4", `${data.values[value].kind} ${data.values[value].value}`), make("p", `gives ${gain.toFixed(1)} here; ${worth(data.values[value])}`, "faint"));
      for (const row of (sightings.get(value) || []).filter((one) => one[1] === a || one[1] === b)) panel.append(sightingCard(row));
    }
  };
  const showStart = () => {
    panel.append(make("p", "Click a site, a value or a link to see its evidence.", "hint"));
    const strong = data.values.map((value, number) => [value, number]).filter(([value]) => value.on.length > 1 && value.bits > 0).slice(0, 12);
    if (!strong.length) return;
    panel.append(make("h4", "What says most"), list(strong.map(([value, number]) => [valueJump(number), make("span", ` ${value.bits.toFixed(1)} bits, on ${value.on.length}`, "faint")]), 12));
  };
  const choose = (key, look) => {
    if (key !== null && key.startsWith("l")) addLinks();
    state.chosen = key;
    panel.replaceChildren();
    if (key === null) showStart();
    else if (graph.hasNode(key)) {
      const attributes = graph.getNodeAttributes(key);
      if (attributes.site === undefined) showValue(attributes.value); else showSite(attributes.site);
      if (look) centre(key);
    } else {
      const attributes = graph.getEdgeAttributes(key);
      if (attributes.carries === undefined) showLink(attributes.link); else showValue(attributes.carries);
    }
    panel.scrollTop = 0;
    refresh();
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const move = (to) => { if (calm) sigma.getCamera().setState(to); else sigma.getCamera().animate(to, { duration: 250 }); };
  const centre = (node) => {
    const spot = sigma.getNodeDisplayData(node);
    if (spot) move({ x: spot.x, y: spot.y, ratio: Math.min(sigma.getCamera().getState().ratio, 0.6) });
  };

  const drawn = by("drawn");
  const count = () => {
    const nodes = graph.nodes().filter((node) => !hidden(node));
    const sites = nodes.filter((node) => graph.getNodeAttribute(node, "site") !== undefined).length;
    drawn.textContent = `${sites} ${sites === 1 ? "site" : "sites"}, ${nodes.length - sites} ${nodes.length - sites === 1 ? "value" : "values"} drawn`;
    canvas.dataset.sites = sites;
    canvas.dataset.values = nodes.length - sites;
  };
  const refresh = () => { sigma.refresh({ skipIndexation: true }); count(); };

  sigma.on("beforeRender", () => { taken = []; });
  sigma.on("clickNode", ({ node }) => choose(node));
  sigma.on("clickEdge", ({ edge }) => choose(edge));
  sigma.on("clickStage", () => choose(null));
  sigma.on("enterNode", ({ node }) => { state.hover = node; canvas.style.cursor = "pointer"; sigma.refresh({ skipIndexation: true }); });
  sigma.on("leaveNode", () => { state.hover = null; canvas.style.cursor = ""; sigma.refresh({ skipIndexation: true }); });

  for (const radio of document.querySelectorAll("input[name=view]")) {
    radio.addEventListener("change", () => {
      state.view = radio.value;
      if (radio.value === "links") addLinks();
      choose(null);
    });
  }
  for (const name of ["single", "weightless", "candidates"]) {
    by(name).checked = state[name];
    by(name).addEventListener("change", () => { state[name] = by(name).checked; refresh(); });
  }
  const slider = (id, most, start) => {
    const input = by(id);
    Object.assign(input, { max: most, value: start });
    by(`${id}-value`).textContent = start;
    input.addEventListener("input", () => { state[id] = Number(input.value); by(`${id}-value`).textContent = input.value; refresh(); });
  };
  by("hub").min = 1;
  slider("hub", mostOn, mostOn);
  slider("bits", mostBits, 0);
  for (const family of families) {
    const label = make("label");
    const box = make("input");
    Object.assign(box, { type: "checkbox", checked: true, name: "family", value: family });
    box.addEventListener("change", () => { if (box.checked) state.off.delete(family); else state.off.add(family); refresh(); });
    const swatch = make("span", undefined, "swatch");
    swatch.style.background = colourOf[family];
    label.append(box, swatch, family);
    by("families").append(label);
  }

  const names = new Map();
  for (const node of graph.nodes()) names.set(graph.getNodeAttribute(node, "label"), node);
  by("find-list").append(...[...names.keys()].slice(0, 3000).map((name) => { const option = make("option"); option.value = name; return option; }));
  by("find").addEventListener("change", () => {
    const wanted = by("find").value.trim().toLowerCase();
    if (!wanted) return;
    const dotted = wanted.replaceAll("[.]", ".");
    const exact = [...names].find(([name]) => name.toLowerCase() === wanted);
    const found = exact || [...names].find(([name]) => name.toLowerCase().replaceAll("[.]", ".").includes(dotted));
    if (!found) { panel.replaceChildren(make("p", `Nothing in this graph has “${by("find").value}” in its name.`, "hint")); return; }
    choose(found[1], true);
  });

  const camera = () => sigma.getCamera();
  by("zoom-in").addEventListener("click", () => move({ ratio: camera().getState().ratio / 1.5 }));
  by("zoom-out").addEventListener("click", () => move({ ratio: camera().getState().ratio * 1.5 }));
  by("zoom-all").addEventListener("click", () => move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }));
  const order = graph.nodes();
  const walk = (step) => {
    const start = order.indexOf(state.chosen);
    for (let tried = 1; tried <= order.length; tried += 1) {
      const next = order[(((start < 0 && step < 0 ? 0 : start) + step * tried) % order.length + order.length) % order.length];
      if (!hidden(next)) { choose(next, true); return; }
    }
  };
  canvas.addEventListener("keydown", (event) => {
    const spot = camera().getState();
    const far = 0.12 * spot.ratio;
    const keys = {
      ArrowLeft: () => move({ x: spot.x - far }), ArrowRight: () => move({ x: spot.x + far }), ArrowUp: () => move({ y: spot.y + far }), ArrowDown: () => move({ y: spot.y - far }),
      "+": () => by("zoom-in").click(), "=": () => by("zoom-in").click(), "-": () => by("zoom-out").click(), 0: () => by("zoom-all").click(),
      n: () => walk(1), p: () => walk(-1), Enter: () => panel.focus(), Escape: () => choose(null),
    };
    const act = keys[event.key] || keys[event.key.toLowerCase()];
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); act(); }
  });
  document.addEventListener("theme", () => { readColours(); sigma.refresh({ skipIndexation: true }); });
  panel.replaceChildren();
  showStart();
  count();
  // The first drawing is on the screen before the next frame begins.
  requestAnimationFrame(() => { performance.mark("graph-ready"); canvas.dataset.ready = "yes"; });
})();
