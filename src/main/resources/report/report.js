(() => {
  "use strict";
  const DAY_MS = 864e5;
  const LB_A_KG = 2.2046226218487757;
  const WEEK = 7 * 86400;
  const ROWS = 12;
  const { node, drawn, cut } = elements;
  const $ = (id) => document.getElementById(id);
  const found = JSON.parse($("report-data").textContent);

  // --- data: each query is an object of columns

  const rows = (name) => {
    const columns = found[name] || {};
    const names = Object.keys(columns);
    const length = names.length === 0 || columns[names[0]] === null ? 0 : columns[names[0]].length;
    return Array.from({ length }, (_, i) => Object.fromEntries(names.map((column) => [column, columns[column][i]])));
  };
  const days = rows("report_days");
  const muscleWeeks = rows("report_muscles");
  const exercises = rows("report_exercises");
  const records = rows("report_records");
  const workouts = rows("report_workouts");
  const body = rows("report_body");
  const build = rows("report_build")[0] || {};
  const totals = rows("report_totals")[0] || {};
  const tables = rows("report_tables");
  const tests = rows("report_tests");
  const nameOf = new Map(exercises.map((exercise) => [exercise.id, exercise.name]));

  const now = new Date();
  const thisDay = Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY_MS);
  /** An export knows nothing after its newest workout, so the weeks are counted from that. */
  const endsEarly = Boolean(build.ends_with_export) && days.length > 0 && days[0].day < thisDay;
  const today = endsEarly ? days[0].day : thisDay;
  const mondayOf = (day) => day - (((day + 3) % 7) + 7) % 7;
  const sum = (list, of) => list.reduce((total, one) => total + (of(one) || 0), 0);

  // --- words

  const state = { unit: "kg" };
  const format = (digits) => new Intl.NumberFormat("en-GB", { maximumFractionDigits: digits });
  const whole = format(0), tenth = format(1), fine = format(2);
  const asDate = (day) => new Date(day * DAY_MS);
  const dateFormat = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  const longDate = dateFormat({ day: "numeric", month: "short", year: "numeric" });
  const dateTime = dateFormat({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  const shortDate = dateFormat({ day: "numeric", month: "short" });
  const monthYear = dateFormat({ month: "short", year: "numeric" });
  const yearOnly = dateFormat({ year: "numeric" });
  const monthName = dateFormat({ month: "short" });
  const dayText = (day) => longDate.format(asDate(day));
  const weight = (kg) => (state.unit === "kg" ? kg : kg * LB_A_KG);
  const weightText = (kg) => `${fine.format(weight(kg))} ${state.unit}`;
  const volumeText = (kg) => `${whole.format(weight(kg))} ${state.unit}`;
  const hours = (seconds) => {
    const minutes = Math.round(seconds / 60);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  };
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")} min`;
  const words = (name) => (name === null || name === undefined ? "" : String(name).replaceAll("_", " "));
  const title = (name) => elements.title(words(name));
  const shown = (name) => (name === null || name === undefined || String(name).trim() === "" ? "(no name)" : String(name));

  // --- elements

  const put = (id, ...children) => $(id).replaceChildren(...children.filter((child) => child !== null));
  const options = (id, list, chosen) => {
    put(id, ...list.map(([value, text]) => {
      const option = node("option", { value }, cut(text, 60));
      option.selected = value === chosen;
      return option;
    }));
  };

  /** A table of rows; a column is [heading, cell of a row, class]. The rest of the rows comes on demand. */
  function table(columns, list, most = ROWS) {
    const body = node("tbody");
    const add = (part) => body.append(...part.map((row) => node("tr", null, ...columns.map(([, cell, kind]) => {
      const value = cell(row);
      return node("td", { class: kind || "" }, value instanceof Node ? value : value === null ? "" : String(value));
    }))));
    add(list.slice(0, most));
    const whole = node("div", null, node("table", null,
      node("thead", null, node("tr", null, ...columns.map(([heading, , kind]) =>
        node("th", { class: kind || "", scope: "col" }, heading)))), body));
    if (list.length > most) {
      const more = node("button", { class: "more" }, `Show all ${list.length}`);
      more.addEventListener("click", () => { add(list.slice(most)); more.remove(); });
      whole.append(more);
    }
    return whole;
  }

  // --- headline numbers

  const between = (from, to) => days.filter((one) => one.day >= from && one.day <= to);

  function change(recent, before) {
    if (!before) {
      return node("span", { class: "muted" }, "none in prior 4");
    }
    const percent = Math.round((recent / before - 1) * 100);
    const direction = percent > 0 ? "up" : percent < 0 ? "down" : "muted";
    const sign = percent > 0 ? "▲ " : percent < 0 ? "▼ " : "";
    return node("span", { class: direction, title: "than in the 4 weeks before" }, `${sign}${Math.abs(percent)} % vs prior 4`);
  }

  function tile(label, value, ...lines) {
    return node("div", { class: "tile" }, node("span", { class: "muted" }, label), node("b", null, value), ...lines);
  }

  function showTiles() {
    const recent = between(today - 27, today);
    const before = between(today - 55, today - 28);
    const week = between(mondayOf(today), today);
    const trend = (label, of, text) => tile(label, text(sum(recent, of)), change(sum(recent, of), sum(before, of)),
      node("span", { class: "muted" }, `this week ${text(sum(week, of))}`));
    const all = sum(days, (one) => one.sessions);
    const last = days.find((one) => one.day <= today);
    const alive = last && mondayOf(today) - mondayOf(last.day) <= 7;
    put("tiles",
      trend("Workouts, 4 weeks", (one) => one.sessions, whole.format),
      trend("Hard sets, 4 weeks", (one) => one.hard_sets, whole.format),
      trend("Volume, 4 weeks", (one) => one.volume_kg, volumeText),
      trend("Time, 4 weeks", (one) => one.seconds, hours),
      trend("Records, 4 weeks", (one) => one.records, whole.format),
      tile("Streak", alive ? `${last.streak_weeks} ${last.streak_weeks === 1 ? "week" : "weeks"}` : "0 weeks",
        node("span", { class: "muted" }, last ? `last on ${dayText(last.day)}` : "no workout yet"),
        node("span", { class: "muted" }, `${whole.format(all)} ${all === 1 ? "workout" : "workouts"} in all`)));
  }

  // --- calendar

  function showCalendar() {
    const year = $("year").value;
    const first = year === "" ? mondayOf(today) - 52 * 7 : mondayOf(Date.UTC(+year, 0, 1) / DAY_MS);
    const from = year === "" ? first : Date.UTC(+year, 0, 1) / DAY_MS;
    const to = year === "" ? today : Date.UTC(+year, 11, 31) / DAY_MS;
    const byDay = new Map(between(from, to).map((one) => [one.day, one]));
    const sorted = days.map((one) => one.hard_sets).filter((sets) => sets > 0).sort((a, b) => a - b);
    const bounds = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))]);
    const level = (one) => (one ? 1 + bounds.filter((bound) => one.hard_sets > bound).length : 0);
    const weeks = Math.floor((to - first) / 7) + 1;
    const left = 32, top = 18;
    const step = Math.max(17, Math.min(24, Math.floor(($("calendar").clientWidth - left) / weeks))), size = step - 3;
    const svg = drawn("svg", { width: left + weeks * step, height: top + 7 * step, role: "img",
      "aria-label": `${byDay.size} days with a workout` });
    ["Mon", "Wed", "Fri", "Sun"].forEach((name, i) =>
      svg.append(drawn("text", { x: 0, y: top + i * 2 * step + size / 2 + 4 }, name)));
    let month = -1;
    for (let day = from; day <= to; day++) {
      const x = left + Math.floor((day - first) / 7) * step;
      const starts = asDate(day).getUTCMonth();
      if (starts !== month && asDate(day).getUTCDate() <= 7 && (day - first) % 7 === 0) {
        svg.append(drawn("text", { x, y: 11 }, monthName.format(asDate(day))));
        month = starts;
      }
      const one = byDay.get(day);
      const text = one
        ? `${dayText(day)}: ${one.sessions} ${one.sessions === 1 ? "workout" : "workouts"}, ${one.hard_sets} hard sets, ${volumeText(one.volume_kg || 0)}`
        : `${dayText(day)}: rest`;
      svg.append(drawn("rect", { x, y: top + ((day - first) % 7) * step, width: size, height: size, rx: 3,
        class: `heat-${level(one)}` }, drawn("title", null, text)));
    }
    const legend = node("div", { class: "legend" }, "fewer hard sets");
    for (let i = 0; i <= 4; i++) {
      legend.append(drawn("svg", { width: 14, height: 14 }, drawn("rect", { width: 14, height: 14, rx: 3, class: `heat-${i}` })));
    }
    legend.append("more");
    put("calendar", svg);
    $("calendar").nextElementSibling?.remove();
    $("calendar").after(legend);
    $("calendar").scrollLeft = year === "" ? svg.clientWidth + 1000 : 0;
  }

  // --- charts

  const charts = {};
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const tickText = (seconds, step) => (step < 4 * WEEK ? shortDate : step < 52 * WEEK ? monthYear : yearOnly)
    .format(new Date(seconds * 1000));

  const TICK_FONT = "12px system-ui, sans-serif";
  const ruler = document.createElement("canvas").getContext("2d");
  const widest = (texts) => {
    ruler.font = TICK_FONT;
    return Math.max(0, ...texts.map((text) => ruler.measureText(text).width));
  };

  function chart(id, series, data, text) {
    charts[id]?.destroy();
    const box = $(id);
    box.replaceChildren();
    if (data[0].length === 0) {
      delete charts[id];
      box.append(node("p", { class: "muted" }, "Nothing to draw yet."));
      return;
    }
    const axis = { font: TICK_FONT, stroke: colour("--muted"), grid: { stroke: colour("--grid"), width: 1 }, ticks: { show: false } };
    let days = [];
    const dayTexts = (_, ticks, __, ___, step) => (days = ticks.map((tick) => tickText(tick, step)));
    // The last day's text may reach beyond its tick by half; a number stands beside the chart as a whole.
    const beyond = () => Math.ceil(widest(days) / 2) + 1;
    const beside = (_, numbers) => Math.max(58, Math.ceil(widest(numbers || [])) + 12);
    charts[id] = new uPlot({
      width: box.clientWidth,
      height: 250,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      padding: [null, beyond, null, null],
      cursor: { drag: { x: true, y: false } },
      scales: { x: { range: (_, least, most) => (data[0].length === 1
        ? [data[0][0] - 4 * WEEK, data[0][0] + 4 * WEEK] : [least - WEEK / 2, most + WEEK / 2]) } },
      axes: [{ ...axis, space: 70, size: 30, values: dayTexts }, { ...axis, size: beside, values: (_, ticks) => ticks.map((tick) => text(tick, true)) }],
      series: [{ label: "Day", value: (_, seconds) => (seconds === null ? "–" : dayText(seconds * 1000 / DAY_MS)) }, ...series.map((one) => ({
        value: (_, value) => (value === null || value === undefined ? "–" : text(value, false)), ...one }))],
    }, data, box);
    // Where no pointer is, the newest values are told.
    const tellNewest = () => charts[id]?.setLegend({ idx: data[0].length - 1 });
    charts[id].over.addEventListener("mouseleave", () => setTimeout(tellNewest));
    setTimeout(tellNewest);
  }

  const bars = () => uPlot.paths.bars({ size: [0.8, 40], align: 0 });

  const weekMetrics = {
    hard_sets: ["Hard sets", (value) => tenth.format(value)],
    volume_kg: ["Volume", (value, short) => (short ? whole.format(value) : `${whole.format(value)} ${state.unit}`)],
    sessions: ["Workouts", (value) => whole.format(value)],
    hours: ["Hours", (value) => tenth.format(value)],
  };

  function showWeeks() {
    const muscle = $("muscle").value;
    const allowed = muscle === "" ? Object.keys(weekMetrics) : ["hard_sets", "volume_kg"];
    const metric = allowed.includes($("week-metric").value) ? $("week-metric").value : "hard_sets";
    options("week-metric", allowed.map((key) => [key, weekMetrics[key][0]]), metric);
    const source = muscle === ""
      ? days.map((one) => ({ ...one, week: mondayOf(one.day), hours: (one.seconds || 0) / 3600 }))
      : muscleWeeks.filter((one) => title(one.muscle) === muscle);
    const totals = new Map();
    source.forEach((one) => totals.set(one.week, (totals.get(one.week) || 0) + (one[metric] || 0)));
    const last = Math.max(...totals.keys(), mondayOf(today) <= today ? mondayOf(today) : 0);
    const most = $("weeks").clientWidth < 420 ? 52 : 104;
    const oldest = Math.max(Math.min(...totals.keys()), last - (most - 1) * 7);
    const weeks = [];
    for (let week = oldest; totals.size > 0 && week <= last; week += 7) {
      weeks.push(week);
    }
    const value = (week) => (metric === "volume_kg" ? weight(totals.get(week) || 0) : totals.get(week) || 0);
    const [label, text] = weekMetrics[metric];
    const values = weeks.map(value);
    const average = values.map((_, i) => (i < 3 ? null : (values[i] + values[i - 1] + values[i - 2] + values[i - 3]) / 4));
    chart("weeks", [
      { label, fill: colour("--heat-2"), stroke: colour("--heat-2"), width: 0, paths: bars(), points: { show: false } },
      { label: "mean of 4 weeks", stroke: colour("--record"), width: 2, points: { show: false } },
    ], [weeks.map((week) => week * 86400), values, average], text);
  }

  function showMuscles() {
    const weekly = new Map();
    muscleWeeks.forEach((one) => {
      const back = (mondayOf(today) - one.week) / 7;
      const ofMuscle = weekly.get(one.muscle) || { muscle: one.muscle, sets: 0, before: 0, volume: 0, week: 0 };
      if (back === 0) { ofMuscle.week += one.hard_sets; }
      if (back >= 0 && back < 4) { ofMuscle.sets += one.hard_sets / 4; ofMuscle.volume += (one.volume_kg || 0) / 4; }
      if (back >= 4 && back < 8) { ofMuscle.before += one.hard_sets / 4; }
      weekly.set(one.muscle, ofMuscle);
    });
    const list = [...weekly.values()].filter((one) => one.sets > 0 || one.before > 0).sort((a, b) => b.sets - a.sets);
    const most = Math.max(1, ...list.map((one) => one.sets));
    const bar = (one) => drawn("svg", { width: 70, height: 18, role: "img", "aria-label": "share" },
      drawn("rect", { class: "track", y: 4, width: 70, height: 10, rx: 3 }),
      drawn("rect", { class: "bar", y: 4, width: (70 * one.sets) / most, height: 10, rx: 3 }));
    const gaps = totals.sets_without_muscle > 0
      ? node("p", { class: "muted" }, `The muscles of ${whole.format(totals.sets_without_muscle)} of `
        + `${whole.format(totals.hard_sets)} hard sets are unknown: their exercises are not in Hevy's library. `
        + "They count as Other, so the muscle groups are not whole.")
      : null;
    put("muscles", gaps, list.length === 0 ? node("p", { class: "muted" }, "No hard sets in the last eight weeks.") : table([
      ["Muscle", (one) => title(cut(shown(one.muscle), 40))],
      ["", bar, "wide"],
      ["Sets", (one) => tenth.format(one.sets), "number"],
      ["Before", (one) => tenth.format(one.before), "number"],
      ["This week", (one) => tenth.format(one.week), "number"],
      ["Volume", (one) => volumeText(one.volume), "number wide"],
    ], list, 8));
  }

  // --- progress of an exercise

  const recordNames = {
    heaviest_weight: "Heaviest weight", least_assistance: "Least assistance", best_estimated_1rm: "Estimated 1RM",
    most_reps: "Most reps", best_set_volume: "Set volume", best_session_volume: "Session volume",
    longest_duration: "Longest time", longest_distance: "Longest distance", most_floors: "Most floors",
    most_steps: "Most steps",
  };
  const numberText = (value, short) => (short ? tenth.format(value) : fine.format(value));
  const metrics = {
    estimate_kg: ["Estimated 1RM", true, ["best_estimated_1rm"], numberText],
    top_kg: ["Top weight", true, ["heaviest_weight", "least_assistance"], numberText],
    volume_kg: ["Volume", true, ["best_session_volume"], (value) => whole.format(value)],
    sets: ["Hard sets", false, [], numberText],
    reps: ["Reps", false, ["most_reps"], numberText],
    seconds: ["Time", false, ["longest_duration"], (value) => clock(value)],
    meters: ["Distance (m)", false, ["longest_distance"], (value) => whole.format(value)],
    custom: ["Floors or steps", false, ["most_floors", "most_steps"], numberText],
  };

  function recordText(record, value) {
    if (value === null || value === undefined) { return "–"; }
    switch (record.unit) {
      case "kg": return weightText(value);
      case "s": return clock(value);
      default: return `${fine.format(value)} ${words(record.unit)}`;
    }
  }
  const recordName = (record) => (recordNames[record.type] || title(record.type))
    + (record.at_kg === null || record.at_kg === undefined ? "" : ` at ${weightText(record.at_kg)}`);

  function showProgress() {
    const exercise = exercises.find((one) => one.id === $("exercise").value) || exercises[0];
    if (!exercise) {
      chart("progress", [], [[]]);
      put("exercise-records");
      return;
    }
    const allowed = Object.keys(metrics).filter((key) => exercise[key] !== null && exercise[key] !== undefined);
    const metric = allowed.includes($("metric").value) ? $("metric").value : allowed[0];
    options("metric", allowed.map((key) => [key, metrics[key][0]]), metric);
    const [label, isWeight, types, text] = metrics[metric];
    const values = exercise[metric].map((value) => (value === null ? null : isWeight ? weight(value) : value));
    const own = records.filter((record) => record.exercise === exercise.id);
    const marked = new Set(own.filter((record) => types.includes(record.type) && record.previous !== null)
      .map((record) => record.day));
    const unit = isWeight ? ` ${state.unit}` : "";
    chart("progress", [
      { label, stroke: colour("--accent"), width: 2, spanGaps: true,
        points: { show: true, size: exercise.days.length < 5 ? 9 : $("progress").clientWidth < 420 ? 3 : 5, fill: colour("--accent"), stroke: colour("--accent") } },
      { label: "record", stroke: colour("--record"), width: 0, paths: () => null,
        points: { show: true, size: exercise.days.length < 5 ? 14 : 10, width: 2, fill: colour("--card"), stroke: colour("--record") } },
    ], [exercise.days.map((day) => day * 86400), values,
      values.map((value, i) => (marked.has(exercise.days[i]) ? value : null))],
    (value, short) => text(value, short) + (short ? "" : unit));
    const i = exercise.days.length - 1;
    const best = [exercise.best_kg?.[i] > 0 ? weightText(exercise.best_kg[i]) : null,
      exercise.best_reps?.[i] ? `${exercise.best_reps[i]} reps` : null].filter((part) => part !== null).join(" × ");
    $("progress-note").textContent = `${whole.format(exercise.days.length)} ${exercise.days.length === 1 ? "day" : "days"},`
      + ` last on ${dayText(exercise.days[i])}${best ? `, best set ${best}` : ""}.`
      + (marked.size > 0 ? " Rings mark the days of a record." : "");
    const shownDays = sum(exercises, (one) => one.days.length);
    $("left-out").hidden = !(totals.exercise_days > shownDays);
    $("left-out").textContent = `To keep this page small, progress begins on ${dayText(Math.min(...exercises.map((one) => one.days[0])))}:`
      + ` ${whole.format(shownDays)} of ${whole.format(totals.exercise_days || 0)} days of exercises.`
      + " The table exercise_progress in the database has all of them.";
    const standing = own.filter((record) => record.stands).sort((a, b) => (a.at_kg ?? -1) - (b.at_kg ?? -1));
    const isCut = standing.filter((record) => record.type === "most_reps").length >= totals.weights;
    put("exercise-records", standing.length === 0 ? "" : table([
      ["Record", recordName],
      ["", (record) => recordText(record, record.value), "number"],
      ["Set on", (record) => dayText(record.day), "number"],
    ], standing, 6), isCut ? node("p", { class: "muted small" },
      `Most reps: at the ${totals.weights} heaviest weights; the table personal_records has all.`) : null);
  }

  // --- body measurements, if there are any

  const bodyMean = body.find((one) => one.measure === "four_week_mean_kg");
  const bodyMeasures = body.filter((one) => one !== bodyMean);
  const bodyName = (key) => ({ weight_kg: "Body weight", fat_percent: "Body fat" }[key] || title(key.replace(/_(kg|cm)$/, "")));

  function showBody() {
    const one = bodyMeasures.find((measure) => measure.measure === $("body-measure").value) || bodyMeasures[0];
    $("body-card").hidden = !one;
    if (!one) { return; }
    const key = one.measure, isWeight = key.endsWith("_kg");
    const unit = isWeight ? state.unit : key.endsWith("_percent") ? "%" : "cm";
    const scaled = (sizes) => (isWeight ? sizes.map(weight) : sizes);
    const text = (value) => `${fine.format(value)} ${unit}`;
    const sizes = scaled(one.sizes), last = sizes.length - 1;
    const before = Math.max(0, one.days.findLastIndex((day) => day <= one.days[last] - 28));
    const change = sizes[last] - sizes[before];
    put("body-latest", node("b", null, text(sizes[last])), node("span", { class: "muted" }, ` on ${dayText(one.days[last])}`
      + (last === 0 ? "" : `, ${change > 0 ? "+" : change < 0 ? "−" : "±"}${text(Math.abs(change))} since ${dayText(one.days[before])}`)
      + (before === 0 ? "" : `, ${text(sizes[0])} on ${dayText(one.days[0])}`)));
    const points = { show: true, size: last < 4 ? 9 : 4, fill: colour("--accent"), stroke: colour("--accent") };
    // A mean is told of each day with a weight.
    const mean = key === "weight_kg" ? [{ label: "mean of 4 weeks", stroke: colour("--record"), width: 2, points: { show: false } }] : [];
    chart("body", [{ label: bodyName(key), stroke: colour("--accent"), width: mean.length > 0 ? 1 : 2, points }, ...mean],
      [one.days.map((day) => day * 86400), sizes, ...mean.map(() => scaled(bodyMean.sizes))],
      (value, short) => (short ? tenth.format(value) : text(value)));
  }

  function showRecords() {
    const list = records.filter((record) => record.previous !== null && record.type !== "most_reps").slice(0, 200);
    put("records", list.length === 0 ? node("p", { class: "muted" }, "No record was beaten yet.") : table([
      ["Day", (record) => dayText(record.day), "short"],
      ["Exercise", (record) => node("span", null, cut(shown(nameOf.get(record.exercise)), 80),
        node("br"), node("span", { class: "muted small" }, recordName(record)))],
      ["Before", (record) => recordText(record, record.previous), "number wide"],
      ["Record", (record) => recordText(record, record.value), "number"],
    ], list));
  }

  function showWorkouts() {
    put("workouts", workouts.length === 0 ? node("p", { class: "muted" }, "None yet.") : table([
      ["Day", (one) => dayText(one.day), "short"],
      ["Workout", (one) => node("span", null, cut(shown(one.title), 120), one.records > 0
        ? node("span", { class: "muted small" }, ` · ${one.records} ${one.records === 1 ? "record" : "records"}`) : null)],
      ["Time", (one) => (one.seconds === null ? "–" : hours(one.seconds)), "number wide"],
      ["Sets", (one) => whole.format(one.hard_sets), "number"],
      ["Volume", (one) => volumeText(one.volume_kg || 0), "number"],
    ], workouts));
  }

  // --- the data itself

  const instant = (seconds) => (seconds === null || seconds === undefined ? "–" : `${dateTime.format(new Date(seconds * 1000))} UTC`);
  function span(seconds) {
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([size]) => seconds >= size) || [1, "second"];
    const count = Math.floor(seconds / size);
    return `${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  const old = (seconds) => Math.max(0, now / 1000 - seconds);
  const age = (seconds) => `${span(old(seconds))} ago`;

  /** As the command freshness says it, but now: a page that is old is made from old rows. */
  function showFreshness() {
    const checked = tables.filter((one) => (one.warn_after ?? one.error_after ?? null) !== null);
    const state = (one) => {
      const exceeded = [one.error_after, one.warn_after].find((limit) => (limit ?? null) !== null
        && (one.newest_at === null || old(one.newest_at) > limit));
      return exceeded === undefined ? node("span", { class: "passed" }, "fresh")
        : node("span", { class: "failed" }, one.newest_at === null ? "no rows" : `older than ${span(exceeded)}`);
    };
    $("freshness-card").hidden = checked.length === 0;
    put("freshness", table([
      ["Table", (one) => cut(one.name, 80)],
      ["Newest row", (one) => instant(one.newest_at), "wide"],
      ["", (one) => (one.newest_at === null ? "" : age(one.newest_at)), "short"],
      ["State", state, "number"],
    ], checked));
  }

  function showData() {
    const failed = tests.filter((test) => test.failures > 0);
    const moment = (label, seconds, more = "") => (seconds === null || seconds === undefined ? tile(label, "never")
      : tile(label, age(seconds), node("span", { class: "muted" }, instant(seconds)), node("span", { class: "muted" }, more)));
    put("data-tiles",
      moment("Last load with changes", build.loaded_at, `load ${cut(shown(build.load_id), 24)}`),
      moment("Newest workout", build.last_started_at),
      moment("Newest change in Hevy", build.last_changed_at),
      moment("Tables built", build.built_at, `days are those of ${build.timezone || "UTC"}`),
      tile("Data tests", failed.length === 0 ? `${tests.length} passed` : `${tests.length - failed.length} of ${tests.length} passed`,
        node("span", { class: failed.length === 0 ? "passed" : "failed" }, failed.length === 0 ? "none failed" : `${failed.length} warned`)));
    showFreshness();
    put("tables", table([
      ["Table", (one) => cut(one.name, 80)],
      ["Kind", (one) => one.kind, "wide"],
      ["Rows", (one) => (one.row_count === null ? "–" : whole.format(one.row_count)), "number"],
    ], tables, 40));
    put("tests", tests.length === 0 ? node("p", { class: "muted" }, "There are none.") : table([
      ["Test", (one) => node("span", null, words(one.name), node("br"), node("span", { class: "muted small wide" }, one.file))],
      ["Result", (one) => node("span", { class: one.failures > 0 ? "failed" : "passed" },
        one.failures > 0 ? `${one.severity}: ${whole.format(one.failures)} rows` : "passed"), "number"],
    ], tests, 16));
    showLineage();
  }

  function showLineage() {
    const drawing = lineage(tables.map((one) => {
      const [schema, ...rest] = one.name.split(".");
      const layer = one.kind === "source" ? "sources" : schema.replace(/^main_/, "");
      return { ...one, id: one.name, name: rest.join("."), layer, published: schema === "main_marts" };
    })).draw({
      room: $("lineage").clientWidth,
      detail: (one) => (one.row_count === null ? one.kind : `${one.kind} · ${whole.format(one.row_count)} rows`),
      link: () => null,
    });
    put("lineage", drawing.svg);
  }

  // --- start

  function showTraining() {
    showTiles();
    showCalendar();
    showWeeks();
    showMuscles();
    showProgress();
    showBody();
    showRecords();
    showWorkouts();
  }

  function choose(unit) {
    state.unit = unit;
    for (const other of ["kg", "lb"]) { $(`unit-${other}`).setAttribute("aria-pressed", String(other === unit)); }
    showTraining();
  }

  function open(page) {
    for (const other of ["training", "data"]) {
      $(`page-${other}`).hidden = other !== page;
      $(`tab-${other}`).setAttribute("aria-selected", String(other === page));
    }
    $("units").hidden = page !== "training";
    if (page === "data") { showData(); } else { fit(); }
  }

  /** Gives what is drawn the width of the window; a page that is not shown has none. */
  function fit() {
    if ($("page-training").hidden) { return; }
    showCalendar();
    for (const [id, one] of Object.entries(charts)) { one.setSize({ width: $(id).clientWidth, height: 250 }); }
  }

  $("page-training").classList.toggle("empty", days.length === 0);
  $("subtitle").textContent = (days.length > 0 ? `newest workout ${dayText(days[0].day)} · ` : "")
    + (endsEarly ? "as of that day, where the export ends" : `as of ${instant(build.built_at)}`);
  const years = [...new Set(days.map((one) => asDate(one.day).getUTCFullYear()))];
  options("year", [["", "Last 12 months"], ...years.map((year) => [String(year), String(year)])], "");
  const muscleNames = [...new Set(muscleWeeks.map((one) => title(one.muscle)))].sort();
  options("muscle", [["", "All muscles"], ...muscleNames.map((name) => [name, name])], "");
  options("week-metric", Object.entries(weekMetrics).map(([key, [label]]) => [key, label]), "hard_sets");
  options("exercise", exercises.map((one) => [one.id, `${shown(one.name)} (${one.days.length})`]), exercises[0]?.id);
  options("body-measure", bodyMeasures.map((one) => [one.measure, bodyName(one.measure)]), bodyMeasures[0]?.measure);
  $("year").addEventListener("change", showCalendar);
  $("muscle").addEventListener("change", showWeeks);
  $("week-metric").addEventListener("change", showWeeks);
  $("exercise").addEventListener("change", showProgress);
  $("metric").addEventListener("change", showProgress);
  $("body-measure").addEventListener("change", showBody);
  for (const unit of ["kg", "lb"]) { $(`unit-${unit}`).addEventListener("click", () => choose(unit)); }
  for (const page of ["training", "data"]) { $(`tab-${page}`).addEventListener("click", () => open(page)); }
  let resized;
  addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(fit, 100);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { showWeeks(); showProgress(); showBody(); });
  showTraining();
  if (location.hash === "#data") { open("data"); }
  document.documentElement.dataset.readyMs = String(Math.round(performance.now()));
})();
