"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const docs = JSON.parse($("docs-data").textContent);
  const built = docs.built;
  const whole = new Intl.NumberFormat("en-GB");

  // --- elements: text is only ever text

  const node = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const drawn = (tag, attributes, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) { element.setAttribute(name, value); }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }
  const link = (id, text) => node("a", { href: `#${encodeURIComponent(id)}` }, text);
  const listed = (links) => links.flatMap((one, i) => (i === 0 ? [one] : [", ", one]));
  /** What stands between a pair of backticks is code. */
  const prose = (text) => (text || "").split("`").map((part, i, all) =>
    (i % 2 === 1 && i < all.length - 1 ? node("code", null, part) : (i % 2 === 1 ? "`" : "") + part));
  const folded = (title, ...content) => node("details", { class: "code" }, node("summary", null, title), ...content);
  const sqlOf = (title, sql) => (sql ? folded(title, node("pre", null, node("code", null, sql))) : null);
  const badge = (text, kind = "") => node("span", { class: `badge ${kind}` }, text);
  const plural = (count, word) => `${whole.format(count)} ${word}${count === 1 ? "" : "s"}`;
  const title = (name) => name.charAt(0).toUpperCase() + name.slice(1);
  const cut = (text, most) => (Array.from(text).length > most ? Array.from(text).slice(0, most - 1).join("") + "…" : text);

  // --- what depends on what

  const tables = [...docs.sources, ...docs.models];
  const byId = new Map(tables.map((one) => [one.id, one]));
  const readers = new Map(tables.map((one) => [one.id, []]));
  for (const one of tables) { for (const id of one.reads) { readers.get(id)?.push(one.id); } }
  const rawOf = new Map(docs.raw.map((one) => [one.name, one]));
  const nameOf = (id) => byId.get(id)?.name || id;
  /** How many tables stand before one on the longest way to it, of those that count. */
  function depths(counts) {
    const depth = new Map();
    const deep = (one) => {
      if (!depth.has(one.id)) {
        depth.set(one.id, Math.max(-1, ...one.reads.filter((id) => byId.has(id) && counts(one, byId.get(id)))
          .map((id) => deep(byId.get(id)))) + 1);
      }
      return depth.get(one.id);
    };
    tables.forEach(deep);
    return depth;
  }
  /** The folders of the models, and before them the sources, in the order in which they read one another. */
  const layers = (() => {
    const depth = depths(() => true);
    return [...new Set(tables.map((one) => one.layer))].map((name) => {
      const own = tables.filter((one) => one.layer === name);
      return { name, own, mean: own.reduce((sum, one) => sum + depth.get(one.id), 0) / own.length };
    }).sort((x, y) => x.mean - y.mean);
  })();
  const rows = (one) => built?.rows?.[one.id];
  const rowsInWords = (one) => {
    if (!built || one.kind === "view") { return null; }
    return rows(one) === undefined ? "not built here yet" : plural(rows(one), "row");
  };

  // --- entries: one for each table, model, test and macro

  const entries = [];
  function entry(group, id, name, searched, ...content) {
    const card = node("article", { class: "card", id }, ...content);
    entries.push({ group, id, name, card, text: searched.filter(Boolean).join("\n").toLowerCase() });
  }
  const heading = (name, ...badges) => node("div", { class: "title" }, node("h3", null, name), ...badges);

  function result(test) {
    const failures = built?.failures?.[test.name];
    if (failures === undefined || failures === null) { return test.severity === "WARN" ? badge("warns") : null; }
    return failures === 0 ? badge("passed", "good") : badge(`${plural(failures, "row")} failed`, "bad");
  }
  function testBadges(id, column) {
    const own = docs.tests.filter((test) => test.column === column && test.reads[0] === id);
    return own.length === 0 ? null : node("div", { class: "tests" }, ...own.map((test) => {
      const failures = built?.failures?.[test.name];
      const one = badge(test.kind.replaceAll("_", " "), failures > 0 ? "bad" : failures === 0 ? "good" : "");
      one.title = test.name + (failures === undefined || failures === null ? "" : `: ${plural(failures, "failing row")}`);
      return one;
    }));
  }
  function columnTable(columns, describe) {
    return node("table", { class: "columns" },
      node("thead", null, node("tr", null, node("th", null, "Column"), node("th", null, "Description"))),
      node("tbody", null, ...columns.map((column) => {
        const row = node("tr", null,
          node("td", null, node("code", null, column.name), node("div", { class: "muted small" }, ...describe(column).type)),
          node("td", null, ...prose(column.description), ...describe(column).more));
        row.dataset.column = column.name.toLowerCase();
        return row;
      })));
  }
  const said = (one) => [one.name, one.id, one.file, one.description,
    ...one.columns.flatMap((column) => [column.name, column.description])];

  for (const table of docs.raw) {
    const source = docs.sources.find((one) => one.name === table.name);
    const facts = table.resource === null ? ["one object a commit"] : [
      `from ${table.path}`, `resource ${table.resource}`, `key ${table.key}`,
      table.disposition === "merge" ? "later loads replace what has changed" : "each load fetches all of it",
      ...(table.partition ? [`divided by the year of ${table.partition}`] : [])];
    entry("Raw tables", `raw.${table.name}`, table.name, said(table).concat(facts),
      heading(table.name, badge("Parquet on S3")),
      node("p", null, ...prose(table.description)),
      node("p", { class: "muted small" }, `…/hevy/${table.name}/*.parquet · ${facts.join(" · ")}`),
      source ? node("p", { class: "small" }, "In the database: ", link(source.id, source.id)) : null,
      columnTable(table.columns, (column) => ({
        type: [column.type + (column.nullable ? "" : ", never null")],
        more: column.values.length === 0 ? [] : [node("div", { class: "muted small" }, `Known: ${column.values.join(", ")}`)],
      })));
  }

  function dependencies(one) {
    const lines = [];
    if (one.reads.length > 0) { lines.push(node("p", { class: "small" }, "Reads ", listed(one.reads.map((id) => link(id, nameOf(id)))))); }
    const by = readers.get(one.id);
    if (by.length > 0) { lines.push(node("p", { class: "small" }, "Read by ", listed(by.map((id) => link(id, nameOf(id)))))); }
    return lines;
  }
  const ofTable = (column) => ({
    type: [column.type === null ? "described, but not there" : column.type.toLowerCase()],
    more: [],
  });
  function tableEntry(group, one, ...more) {
    const whole = docs.tests.filter((test) => test.column === null && test.reads.includes(one.id));
    entry(group, one.id, one.name, said(one).concat(one.sql, docs.tests.filter((test) => test.reads.includes(one.id)).map((test) => test.name)),
      heading(one.name, badge(one.kind), one.published ? badge("published on S3", "mart") : null),
      node("p", null, ...prose(one.description || "Not described.")),
      node("p", { class: "muted small" }, [one.id, one.file, rowsInWords(one)].filter(Boolean).join(" · ")),
      one.freshness ? node("p", { class: "small" }, `Freshness: ${one.freshness}`) : null,
      ...more, ...dependencies(one),
      columnTable(one.columns, (column) => ({ ...ofTable(column), more: [testBadges(one.id, column.name)] })),
      whole.length === 0 ? null : node("p", { class: "small" }, "Tests: ", listed(whole.map((test) => link(`test.${test.name}`, test.name.replaceAll("_", " "))))),
      sqlOf("SQL as written", one.sql), sqlOf("SQL as DuckDB gets it", one.compiled));
  }
  for (const source of docs.sources) {
    tableEntry("Sources", source, rawOf.has(source.name)
      ? node("p", { class: "small" }, "On S3: ", link(`raw.${source.name}`, source.name)) : null);
  }
  for (const { name: layer } of layers.filter((one) => one.name !== "sources")) {
    for (const model of docs.models.filter((one) => one.layer === layer)) {
      tableEntry(layer === "models" ? "Models" : `Models: ${layer}`, model);
    }
  }

  for (const test of docs.tests.filter((one) => one.column === null)) {
    entry("Data tests", `test.${test.name}`, test.name.replaceAll("_", " "), [test.name, test.file, test.sql],
      heading(test.name.replaceAll("_", " "), result(test)),
      node("p", { class: "muted small" }, `${test.file} · severity ${test.severity.toLowerCase()}`),
      test.reads.length === 0 ? null : node("p", { class: "small" }, "Reads ", listed(test.reads.map((id) => link(id, nameOf(id))))),
      sqlOf("SQL, which should find nothing", test.sql));
  }
  function rowTable(list) {
    const names = [...new Set(list.flatMap((row) => Object.keys(row)))];
    const text = (value) => (value === null || value === undefined ? "null" : typeof value === "object" ? JSON.stringify(value) : String(value));
    return list.length === 0 ? node("p", { class: "muted small" }, "no rows") : node("div", { class: "scroll" }, node("table", null,
      node("thead", null, node("tr", null, ...names.map((name) => node("th", null, name)))),
      node("tbody", null, ...list.map((row) => node("tr", null, ...names.map((name) => node("td", null, text(row[name]))))))));
  }
  for (const test of docs.unitTests) {
    entry("Unit tests", `unit.${test.name}`, test.name.replaceAll("_", " "), [test.name, test.file, nameOf(test.model)],
      heading(test.name.replaceAll("_", " ")),
      node("p", { class: "small" }, "Of ", link(test.model, nameOf(test.model)), ` · ${test.file}`),
      folded("Rows given and expected", ...test.given.flatMap((given) => [node("h4", null, given.input),
        given.sql ? node("pre", null, node("code", null, given.sql)) : rowTable(given.rows)]),
      node("h4", null, "expected"), rowTable(test.expected)));
  }
  /** A file begins with the comment that says what it is. */
  const lead = (text) => {
    const jinja = /^\s*\{#-?([\s\S]*?)-?#\}/.exec(text);
    const lines = /^(?:--[^\n]*\n)+/.exec(text);
    return (jinja ? jinja[1] : lines ? lines[0].replace(/^--\s?/gm, "") : "").replace(/\s+/g, " ").trim();
  };
  const sourceEntry = (group, kind, file, ...more) => entry(group, `${kind}.${file.name}`, file.name, [file.name, file.file, file.text],
    heading(file.name), node("p", null, ...prose(lead(file.text))), node("p", { class: "muted small" }, file.file), ...more,
    sqlOf("As written", file.text));
  for (const macro of docs.macros) {
    const called = new RegExp(`\\b${macro.name.replace(/\W/g, "\\$&")}\\s*\\(`);
    const users = docs.models.filter((model) => called.test(model.sql));
    sourceEntry("Macros", "macro", macro, users.length === 0 ? null
      : node("p", { class: "small" }, "Used by ", listed(users.map((one) => link(one.id, one.name)))));
  }
  for (const analysis of docs.analyses) { sourceEntry("Analyses", "analysis", analysis); }

  // --- the page

  const groups = [...new Set(entries.map((one) => one.group))].map((name) => {
    const own = entries.filter((one) => one.group === name);
    own.forEach((one) => { one.link = node("a", { href: `#${encodeURIComponent(one.id)}` }, one.name); });
    const section = node("section", null, node("h2", null, `${title(name)} `, node("span", { class: "muted small" }, whole.format(own.length))),
      ...own.map((one) => one.card));
    const links = node("div", null, node("h4", null, title(name)), ...own.map((one) => one.link));
    $("entries").append(section);
    $("links").append(links);
    return { own, section, links };
  });
  $("contents").open = matchMedia("(min-width: 901px)").matches;
  document.title = `${docs.name}: tables and models`;
  $("subtitle").textContent = built === null || built === undefined
    ? "No load has been built here yet, so there are no rows to count."
    : built.build ? `Rows as of the build of ${built.build.built_at.slice(0, 16)} UTC, load ${cut(built.build.load_id, 24)}`
      : "Rows as they are in the database, which does not say what it was built from.";

  // --- lineage: a column a layer; what passes a column has a place of its own in it, so it passes no table

  const HEIGHT = 44, GAP = 14, TRACK = 8, BETWEEN = 88, TOP = 26, ARCS = 3;
  const nodes = new Map();

  /** In which column each table is. Of a layer that is deeper than arcs can show each step is a column. */
  function ranks() {
    const inner = depths((one, read) => one.layer === read.layer);
    const rank = new Map();
    let base = 0;
    for (const { own } of layers) {
      const deepest = Math.max(...own.map((one) => inner.get(one.id)));
      for (const one of own) { rank.set(one.id, base + (deepest > ARCS ? inner.get(one.id) : 0)); }
      base += deepest > ARCS ? deepest + 1 : 1;
    }
    return rank;
  }

  function arrange() {
    const rank = ranks();
    const columns = Array.from({ length: Math.max(-1, ...rank.values()) + 1 }, () => []);
    const add = (key, at, height, table) => {
      const one = { key, rank: at, height, table, before: [], after: [], inside: [] };
      nodes.set(key, one);
      columns[at].push(one);
      return one;
    };
    for (const one of tables) { add(one.id, rank.get(one.id), HEIGHT, one); }
    const edges = [];
    for (const one of tables) {
      for (const id of one.reads.filter((read) => byId.has(read))) {
        const route = [nodes.get(id)], step = Math.sign(rank.get(one.id) - rank.get(id));
        for (let at = rank.get(id) + step; step !== 0 && at !== rank.get(one.id); at += step) {
          const key = `${id} in ${at} ${step}`;
          route.push(nodes.get(key) || add(key, at, TRACK, null));
        }
        route.push(nodes.get(one.id));
        for (let i = 1; i < route.length; i++) {
          const [left, right] = step < 0 ? [route[i], route[i - 1]] : [route[i - 1], route[i]];
          if (step === 0) { left.inside.push(right); right.inside.push(left); continue; }
          if (!right.before.includes(left)) { right.before.push(left); left.after.push(right); }
        }
        edges.push({ from: id, to: one.id, step, route });
      }
    }
    place(columns);
    return { columns, edges };
  }

  /** Neighbours draw each other near: first their order in a column, then their height in it. */
  function place(columns) {
    const mean = (list, of) => list.reduce((sum, one) => sum + of(one), 0) / list.length;
    columns.forEach((column) => column.forEach((one, i) => { one.order = i; }));
    for (let sweep = 0; sweep < 24; sweep++) {
      const down = sweep % 2 === 0;
      for (const column of down ? columns.slice(1) : columns.slice(0, -1).reverse()) {
        const near = (one) => [...(down ? one.before : one.after), ...one.inside];
        const wish = new Map(column.map((one) => [one, near(one).length === 0 ? one.order : mean(near(one), (other) => other.order)]));
        column.sort((a, b) => wish.get(a) - wish.get(b) || a.order - b.order);
        column.forEach((one, i) => { one.order = i; });
      }
    }
    const alone = (one) => one.before.length + one.after.length + one.inside.length === 0;
    for (const column of columns) {
      // a table that nothing reads and that reads nothing stands last
      column.sort((a, b) => alone(a) - alone(b) || a.order - b.order);
      let y = 0;
      for (const one of column) { one.y = y; y += one.height + GAP; }
    }
    const centre = (one) => one.y + one.height / 2;
    for (let pass = 0; pass < 40; pass++) {
      for (const column of pass % 2 === 0 ? columns : [...columns].reverse()) {
        const wish = [], low = [], high = [];
        column.forEach((one, i) => {
          const above = i === 0 ? -Infinity : low[i - 1] + column[i - 1].height + GAP;
          const near = [...one.before, ...one.after, ...one.inside];
          wish[i] = near.length > 0 ? mean(near, centre) - one.height / 2 : i === 0 ? one.y : above;
          low[i] = Math.max(wish[i], above);
        });
        for (let i = column.length - 1; i >= 0; i--) {
          high[i] = Math.min(wish[i], i === column.length - 1 ? Infinity : high[i + 1] - column[i].height - GAP);
        }
        column.forEach((one, i) => { one.y = (low[i] + high[i]) / 2; });
      }
    }
    // what has nothing to do with the rest drifts off: a band without anything is closed, and the first begins at the top
    let shift = null, bottom = -Infinity;
    for (const one of columns.flat().sort((a, b) => a.y - b.y)) {
      const y = one.y;
      shift = shift === null ? y - TOP : shift + Math.max(0, y - bottom - 2 * GAP);
      bottom = Math.max(bottom, y + one.height);
      one.y = y - shift;
    }
  }

  function draw() {
    const { columns, edges } = arrange();
    const width = Math.min(250, Math.max(120, ...tables.map((one) => Array.from(one.name).length * 6.9 + 22)));
    const x = (one) => 1 + one.rank * (width + BETWEEN);
    const middle = (one) => one.y + one.height / 2;
    const svg = drawn("svg", {
      width: Math.max(1, columns.length) * (width + BETWEEN) - 22,
      height: Math.max(TOP, ...columns.flat().map((one) => one.y + one.height)) + 4,
      role: "group", "aria-label": "What reads what; the table below says the same" });
    columns.forEach((column, i) => {
      const own = [...new Set(column.filter((one) => one.table).map((one) => one.table.layer))];
      svg.append(drawn("text", { class: "layer", x: 1 + i * (width + BETWEEN), y: 13 }, title(own.join(", "))));
    });
    const paths = edges.map((edge) => {
      const { route, step } = edge, [first] = route, last = route[route.length - 1];
      const out = x(first) + (step < 0 ? 0 : width), into = x(last) + (step > 0 ? 0 : width);
      // within a column it goes round the corner, apart from what leaves in the middle
      const side = step === 0 ? Math.sign(last.y - first.y) * HEIGHT / 4 : 0;
      const y1 = middle(first) + side, y2 = middle(last) - side;
      let d = `M${out},${y1}`;
      if (step === 0) {
        const bend = Math.min(BETWEEN - 30, 26 + Math.abs(y2 - y1) / 9);
        d += ` C${out + bend},${y1} ${out + bend},${y2} ${into},${y2}`;
      }
      for (let i = 1; step !== 0 && i < route.length; i++) {
        const from = route[i - 1], to = route[i];
        const x1 = x(from) + (step > 0 ? width : 0), x2 = x(to) + (step > 0 ? 0 : width), half = (x2 - x1) / 2;
        d += ` C${x1 + half},${middle(from)} ${x2 - half},${middle(to)} ${x2},${middle(to)}`;
        if (!to.table) { d += ` h${step * width}`; }
      }
      svg.append(drawn("path", { class: "tip", d: `M${into},${y2} l${step > 0 ? -7 : 7},-4 v8 z` }));
      const path = drawn("path", { class: "edge", d });
      path.dataset.from = edge.from;
      path.dataset.to = edge.to;
      svg.append(path);
      return { ...edge, path };
    });
    for (const one of nodes.values()) {
      if (!one.table) { continue; }
      const detail = [one.table.kind, rowsInWords(one.table)].filter(Boolean).join(" · ");
      one.shape = drawn("a", { class: one.table.published ? "node mart" : "node", href: `#${encodeURIComponent(one.table.id)}`,
        transform: `translate(${x(one)},${one.y})` },
      drawn("title", null, `${one.table.id}\n${one.table.description}`), drawn("rect", { width, height: HEIGHT, rx: 8 }),
      drawn("text", { x: 10, y: 19 }, cut(one.table.name, Math.floor((width - 20) / 6.9))),
      drawn("text", { x: 10, y: 35, class: "kind" }, detail));
      const show = (on) => () => near(one.table.id, on, paths);
      for (const event of ["mouseenter", "focus"]) { one.shape.addEventListener(event, show(true)); }
      for (const event of ["mouseleave", "blur"]) { one.shape.addEventListener(event, show(false)); }
      svg.append(one.shape);
    }
    $("lineage").append(svg);
  }

  /** All that a table is made from, and all that is made from it. */
  function near(id, on, paths) {
    const found = new Set();
    const follow = (at, step) => { if (!found.has(at)) { found.add(at); step(at).forEach((next) => follow(next, step)); } };
    follow(id, (at) => byId.get(at)?.reads || []);
    found.delete(id);
    follow(id, (at) => readers.get(at) || []);
    for (const edge of paths) {
      edge.path.classList.toggle("near", on && found.has(edge.from) && found.has(edge.to));
      if (on && edge.path.classList.contains("near")) { edge.path.parentNode.insertBefore(edge.path, edge.path.parentNode.querySelector(".node")); }
    }
    for (const one of nodes.values()) { one.shape?.classList.toggle("near", on && found.has(one.key)); }
  }

  draw();
  $("lineage-table").append(node("table", null,
    node("thead", null, node("tr", null, ...["Table", "Reads", "Read by"].map((name) => node("th", null, name)))),
    node("tbody", null, ...tables.map((one) => node("tr", null,
      node("td", null, link(one.id, one.name), node("div", { class: "muted small" }, one.layer)),
      node("td", null, listed(one.reads.map((id) => link(id, nameOf(id))))),
      node("td", null, listed(readers.get(one.id).map((id) => link(id, nameOf(id))))))))));

  // --- search

  function search() {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { own, section, links } of groups) {
      let some = false;
      for (const one of own) {
        const hit = words.every((word) => one.text.includes(word));
        one.card.hidden = one.link.hidden = !hit;
        for (const row of one.card.querySelectorAll("tr[data-column]")) {
          row.classList.toggle("hit", words.some((word) => row.dataset.column.includes(word)));
        }
        nodes.get(one.id)?.shape?.classList.toggle("off", !hit);
        some = some || hit;
        shown += hit ? 1 : 0;
      }
      section.hidden = links.hidden = !some;
    }
    $("count").textContent = words.length === 0 ? "" : `${shown} of ${entries.length}`;
    $("nothing").hidden = shown > 0;
  }
  function go() {
    let id;
    try { id = decodeURIComponent(location.hash.slice(1)); } catch (e) { return; }
    const target = entries.find((one) => one.id === id);
    if (!target) { return; }
    if (target.card.hidden) { $("search").value = ""; search(); }
    if (!matchMedia("(min-width: 901px)").matches) { $("contents").open = false; }
    target.card.scrollIntoView();
  }
  $("search").addEventListener("input", search);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== $("search")) { event.preventDefault(); $("search").focus(); }
    if (event.key === "Escape" && document.activeElement === $("search")) { $("search").value = ""; search(); }
  });
  addEventListener("hashchange", go);
  search();
  go();
})();
