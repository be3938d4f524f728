(() => {
  "use strict";
  const { node, title, cut } = elements;
  const $ = (id) => document.getElementById(id);
  const docs = JSON.parse($("docs-data").textContent);
  const built = docs.built;
  const whole = new Intl.NumberFormat("en-GB");

  const link = (id, text) => node("a", { href: `#${encodeURIComponent(id)}` }, text);
  const listed = (links) => links.flatMap((one, i) => (i === 0 ? [one] : [", ", one]));
  /** What stands between a pair of backticks is code. */
  const prose = (text) => (text || "").split("`").map((part, i, all) =>
    (i % 2 === 1 && i < all.length - 1 ? node("code", null, part) : (i % 2 === 1 ? "`" : "") + part));
  const folded = (title, ...content) => node("details", { class: "code" }, node("summary", null, title), ...content);
  const sqlOf = (title, sql) => (sql ? folded(title, node("pre", null, node("code", null, sql))) : null);
  const badge = (text, kind = "") => node("span", { class: `badge ${kind}` }, text);
  const plural = (count, word) => `${whole.format(count)} ${word}${count === 1 ? "" : "s"}`;

  // --- what depends on what

  const tables = [...docs.sources, ...docs.models];
  const { byId, readers, layers, draw } = lineage(tables);
  const rawOf = new Map(docs.raw.map((one) => [one.name, one]));
  const nameOf = (id) => byId.get(id)?.name || id;
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
      one.title = [test.description, test.name].filter(Boolean).join("\n") + (failures === undefined || failures === null ? "" : `: ${plural(failures, "failing row")}`);
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
      tableEntry(layer === "models" ? "Models" : layer === "seeds" ? "Seeds" : `Models: ${layer}`, model);
    }
  }

  for (const test of docs.tests.filter((one) => one.column === null)) {
    entry("Data tests", `test.${test.name}`, test.name.replaceAll("_", " "), [test.name, test.file, test.description, test.sql],
      heading(test.name.replaceAll("_", " "), result(test)),
      test.description ? node("p", null, ...prose(test.description)) : null,
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
  $("subtitle").textContent = docs.held ? "Without rows and test results: another program had the DuckDB file open."
    : built === null || built === undefined ? "No load has been built here yet, so there are no rows to count."
    : built.build ? `Rows as of the build of ${built.build.built_at.slice(0, 16)} UTC, load ${cut(built.build.load_id, 24)}`
      : "Rows as they are in the database, which does not say what it was built from.";

  // --- lineage

  const { svg, shapes } = draw({
    room: $("lineage").clientWidth,
    detail: (one) => [one.kind, rowsInWords(one)].filter(Boolean).join(" · "),
    link: (one) => `#${encodeURIComponent(one.id)}`,
  });
  $("lineage").append(svg);
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
        shapes.get(one.id)?.classList.toggle("off", !hit);
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
