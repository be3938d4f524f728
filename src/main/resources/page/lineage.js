/**
 * What depends on what, and its drawing: a column a layer; what passes a column has a place of its own in it, so no line
 * passes behind a table. A table has an id, a name, a layer and the ids that it reads; it may be published and described.
 */
const lineage = (tables) => {
  "use strict";
  const { drawn, title, cut } = elements;
  const HEIGHT = 44, GAP = 14, TRACK = 8, BETWEEN = 88, LEAST_BETWEEN = 58, MARGIN = 22, TOP = 26, ARCS = 3;
  const byId = new Map(tables.map((one) => [one.id, one]));
  const readers = new Map(tables.map((one) => [one.id, []]));
  for (const one of tables) { for (const id of one.reads) { readers.get(id)?.push(one.id); } }

  /** How many tables stand before one on the longest way to it, of those that count. */
  function depths(counts) {
    const depth = new Map();
    const deep = (one) => {
      if (!depth.has(one.id)) {
        // notes of different builds may read in a circle
        depth.set(one.id, 0);
        depth.set(one.id, Math.max(-1, ...one.reads.filter((id) => byId.has(id) && counts(one, byId.get(id)))
          .map((id) => deep(byId.get(id)))) + 1);
      }
      return depth.get(one.id);
    };
    tables.forEach(deep);
    return depth;
  }

  /** The layers in the order in which they read one another. */
  const layers = (() => {
    const depth = depths(() => true);
    return [...new Set(tables.map((one) => one.layer))].map((name) => {
      const own = tables.filter((one) => one.layer === name);
      return { name, own, mean: own.reduce((sum, one) => sum + depth.get(one.id), 0) / own.length };
    }).sort((x, y) => x.mean - y.mean);
  })();

  // --- where what stands

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
    const rank = ranks(), nodes = new Map();
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
    return { columns, edges, nodes: [...nodes.values()] };
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

  // --- the drawing

  /** {@code room} is the width that there is, which it may exceed; of a table {@code link} is null or where a click leads. */
  function draw({ room, detail, link }) {
    const { columns, edges, nodes } = arrange();
    const own = nodes.filter((one) => one.table), shapes = new Map();
    const width = Math.min(250, Math.max(120, ...tables.map((one) => Array.from(one.name).length * 6.9 + 22)));
    const between = Math.max(LEAST_BETWEEN, Math.min(BETWEEN, (room + MARGIN) / Math.max(1, columns.length) - width));
    const x = (one) => 1 + one.rank * (width + between);
    const middle = (one) => one.y + one.height / 2;
    const svg = drawn("svg", {
      class: "lineage",
      width: Math.max(1, columns.length) * (width + between) - MARGIN,
      height: Math.max(TOP, ...nodes.map((one) => one.y + one.height)) + 4,
      role: "group", "aria-label": "What reads what" });
    columns.forEach((column, i) => {
      const layer = [...new Set(column.filter((one) => one.table).map((one) => one.table.layer))];
      svg.append(drawn("text", { class: "layer", x: 1 + i * (width + between), y: 13 }, title(layer.join(", "))));
    });
    const paths = edges.map((edge) => {
      const { route, step } = edge, [first] = route, last = route[route.length - 1];
      const out = x(first) + (step < 0 ? 0 : width), into = x(last) + (step > 0 ? 0 : width);
      // within a column it goes round the corner, apart from what leaves in the middle
      const side = step === 0 ? Math.sign(last.y - first.y) * HEIGHT / 4 : 0;
      const y1 = middle(first) + side, y2 = middle(last) - side;
      let d = `M${out},${y1}`;
      if (step === 0) {
        const bend = Math.min(between * 0.65, 26 + Math.abs(y2 - y1) / 9);
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
      return path;
    });
    for (const one of own) {
      const { id, name, published, description } = one.table, href = link(one.table);
      const shape = drawn(href === null ? "g" : "a", { class: published ? "node mart" : "node",
        ...(href === null ? { tabindex: 0 } : { href }), transform: `translate(${x(one)},${one.y})` },
      drawn("title", null, [id, description].filter(Boolean).join("\n")), drawn("rect", { width, height: HEIGHT, rx: 8 }),
      drawn("text", { x: 10, y: 19 }, cut(name, Math.floor((width - 20) / 6.9))),
      drawn("text", { x: 10, y: 35, class: "kind" }, detail(one.table)));
      const show = (on) => () => near(id, on, paths, shapes);
      for (const event of ["mouseenter", "focus"]) { shape.addEventListener(event, show(true)); }
      for (const event of ["mouseleave", "blur"]) { shape.addEventListener(event, show(false)); }
      shapes.set(id, shape);
      svg.append(shape);
    }
    return { svg, shapes };
  }

  /** Marks all that a table is made from, and all that is made from it. */
  function near(id, on, paths, shapes) {
    const found = new Set();
    const follow = (at, step) => { if (!found.has(at)) { found.add(at); step(at).forEach((next) => follow(next, step)); } };
    follow(id, (at) => byId.get(at)?.reads || []);
    found.delete(id);
    follow(id, (at) => readers.get(at) || []);
    for (const path of paths) {
      const isNear = on && found.has(path.dataset.from) && found.has(path.dataset.to);
      path.classList.toggle("near", isNear);
      if (isNear) { path.parentNode.insertBefore(path, path.parentNode.querySelector(".node")); }
    }
    for (const [key, shape] of shapes) { shape.classList.toggle("near", on && found.has(key)); }
  }

  return { byId, readers, layers, draw };
};
