const PAGE = 50;
const runs = DATA.runs;
const at = (id) => document.getElementById(id);
const state = { found: [], page: 0, shown: runs.length > 1 ? "both" : "A" };

/** An element with classes and children; a string is a text, so no data are ever read as HTML. */
function make(tag, classes, ...children) {
  const node = document.createElement(tag);
  if (classes) node.className = classes;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function showRuns() {
  for (const run of runs) {
    const line = make("div", "run", make("span", `mark ${run.name}`, run.name), make("code", "", run.state));
    line.append(make("span", "quiet", `${run.n.toLocaleString("en")} inputs of ${run.split}`));
    at("runs").append(line, ...run.missing.map((text) => make("p", "warning", text)));
  }
}

const signed = (number) => (number < 0 ? "" : "+") + number.toFixed(2);

function showTable() {
  const head = make("tr", "", make("th", "", "score"));
  for (const run of runs) head.append(make("th", run.name, run.name), make("th", "", "95 % interval"));
  if (runs.length > 1) head.append(make("th", "", "A less B, on the same inputs"), make("th", "", "verdict"));
  const table = make("table", "", head);
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.scores)))];
  for (const name of names) {
    const row = make("tr", "", make("td", "mono", name));
    const scores = runs.map((run) => run.scores[name]);
    for (const score of scores) {
      row.append(make("td", "", score ? score.score.toFixed(2) : "–"));
      row.append(make("td", "quiet", score && "low" in score ? `${score.low.toFixed(2)} to ${score.high.toFixed(2)}` : "–"));
    }
    if (runs.length > 1) {
      const said = DATA.verdicts.rows[name] || { verdict: "–" };
      row.append(make("td", "", "score" in said ? `${signed(said.score)} (${signed(said.low)} to ${signed(said.high)})` : "–"));
      row.append(make("td", { better: "good", worse: "bad" }[said.verdict] || "quiet", said.verdict));
    }
    table.append(row);
  }
  at("table").append(table);
  if (DATA.verdicts.reasons.length) at("table").after(make("p", "warning", `No verdict: ${DATA.verdicts.reasons.join("; ")}.`));
}

async function showCharts() {
  const config = { ...configuration(["--a", "--b"]), point: { color: colour("--a") } };
  const places = Object.keys(DATA.charts).map((title) => [title, make("div", "chart")]);
  at("charts").replaceChildren(...places.map(([title, place]) => make("figure", "", make("h3", "", title), place))); // all, before any is measured
  for (const [title, place] of places) {
    await draw(place, DATA.charts[title], config);
  }
  document.body.dataset.charts = "drawn";
}

/** Words, single ideographs, spaces and signs. */
const cut = (text) => text.match(/\p{Script=Han}|[\p{L}\p{M}\p{N}]+|\s+|[^]/gu) || [];

/** `text` with what the other text has not marked by `tag`: longest common subsequence of their pieces. */
function marked(text, other, tag) {
  const [one, two] = [cut(text).slice(0, 400), cut(other).slice(0, 400)];
  const length = Array.from({ length: one.length + 1 }, () => new Uint16Array(two.length + 1));
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = two.length - 1; j >= 0; j--)
      length[i][j] = one[i] === two[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  const nodes = [];
  for (let i = 0, j = 0; i < one.length; ) {
    if (j < two.length && one[i] === two[j]) { nodes.push(one[i]); i++; j++; }
    else if (j < two.length && length[i][j + 1] > length[i + 1][j]) j++;
    else { nodes.push(make(tag, "", one[i])); i++; }
  }
  return nodes;
}

function outcome(run, one, other) {
  const box = make("div", `outcome ${run.name}`);
  if (!one) return make("div", `outcome ${run.name}`, make("span", "quiet", "not among this run's inputs"));
  const tag = run.name === "A" ? "ins" : "del";
  const text = other && other.text !== one.text ? marked(one.text, other.text, tag) : [one.text];
  box.append(make("div", "text", ...(one.text ? text : [make("span", "quiet", "no text")])));
  if (one.expression !== one.text) box.append(make("div", "expression mono", one.expression));
  const badges = make("div", "badges", make("span", `mark ${run.name}`, run.name), make("span", "badge", `chrF ${one.chrf.toFixed(1)}`));
  if (one.right) badges.append(make("span", "badge good", "a right text"));
  if (one.error !== undefined) badges.append(make("span", "badge bad", `error: ${one.error}`));
  for (const slot of one.slots || []) badges.append(make("span", slot.startsWith("repeated") ? "badge" : "badge bad", slot));
  box.append(badges);
  return box;
}

function card(item) {
  const [first, ...others] = item.references;
  const references = others.length
    ? make("details", "references", make("summary", "", `${first} (+${others.length})`), ...others.map((text) => make("div", "", text)))
    : make("div", "references", first);
  const outcomes = make("div", "outcomes");
  runs.forEach((run, i) => {
    if (state.shown === "both" || state.shown === run.name) outcomes.append(outcome(run, item.runs[i], item.runs[1 - i]));
  });
  const node = make("li", "", make("div", "source mono", item.source), references, outcomes);
  node.tabIndex = -1;
  return node;
}

const gain = (item) => (item.runs[0] && item.runs[1] ? item.runs[0].chrf - item.runs[1].chrf : 0);
const current = () => (state.shown === "B" ? 1 : 0);
const own = (item) => item.runs[current()] || item.runs.find(Boolean);
const FILTERS = {
  "all items": () => true,
  "not a right text": (item) => !own(item).right,
  "a right text": (item) => own(item).right,
  "with slot errors": (item) => (own(item).slots || []).length > 0,
  "expressions with errors": (item) => own(item).error !== undefined,
  ...(runs.length > 1 && {
    "texts that differ": (item) => item.runs[0]?.text !== item.runs[1]?.text,
    "A better than B": (item) => gain(item) > 0,
    "A worse than B": (item) => gain(item) < 0,
  }),
};
const SORTS = {
  "in order": null,
  "worst chrF first": (a, b) => own(a).chrf - own(b).chrf,
  "best chrF first": (a, b) => own(b).chrf - own(a).chrf,
  "most slot errors first": (a, b) => (own(b).slots || []).length - (own(a).slots || []).length,
  "longest input first": (a, b) => b.source.length - a.source.length,
  ...(runs.length > 1 && {
    "A's losses first": (a, b) => gain(a) - gain(b),
    "A's gains first": (a, b) => gain(b) - gain(a),
  }),
};
for (const item of DATA.items) {
  const said = item.runs.filter(Boolean).flatMap((run) => [run.text, run.expression, run.error || ""]);
  item.haystack = [item.id, item.source, ...item.references, ...said].join("\n").toLowerCase();
}

function select() {
  const wanted = at("search").value.toLowerCase();
  const [filter, slice, sort] = [FILTERS[at("filter").value], at("slice").value, SORTS[at("sort").value]];
  state.found = DATA.items.filter((item) => item.haystack.includes(wanted) && (!slice || item.slices.includes(slice)) && filter(item));
  if (sort) state.found.sort(sort);
  state.page = 0;
  show();
}

function show() {
  const pages = Math.max(1, Math.ceil(state.found.length / PAGE));
  at("items").replaceChildren(...state.found.slice(state.page * PAGE, (state.page + 1) * PAGE).map(card));
  at("count").textContent = `${state.found.length.toLocaleString("en")} of ${DATA.items.length.toLocaleString("en")} items`;
  at("page").textContent = `${state.page + 1} of ${pages}`;
  at("earlier").disabled = state.page === 0;
  at("later").disabled = state.page + 1 >= pages;
}

function turn(by) {
  state.page += by;
  show();
  at("controls").scrollIntoView();
}

function showControls() {
  for (const [id, names] of [["filter", Object.keys(FILTERS)], ["sort", Object.keys(SORTS)]]) at(id).append(...names.map((name) => new Option(name, name)));
  const slices = [...new Set(DATA.items.flatMap((item) => item.slices))].sort();
  at("slice").append(new Option("every slice", ""), ...slices.map((name) => new Option(name.replaceAll("_", " "), name)));
  at("slice").hidden = !slices.length;
  for (const name of runs.length > 1 ? ["A", "B", "both"] : []) {
    const button = Object.assign(make("input"), { type: "radio", name: "shown", value: name, checked: name === state.shown });
    button.addEventListener("change", () => { state.shown = name; select(); });
    at("shown").append(make("label", "", button, name === "both" ? "side by side" : name));
  }
  at("shown").hidden = runs.length < 2;
  at("search").addEventListener("input", select);
  for (const id of ["filter", "slice", "sort"]) at(id).addEventListener("change", select);
  at("earlier").addEventListener("click", () => turn(-1));
  at("later").addEventListener("click", () => turn(1));
  document.addEventListener("keydown", (event) => {
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); at("search").focus(); }
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  });
}

/** Put the focus on the next or previous item. */
function move(by) {
  const cards = [...at("items").children];
  const next = cards[Math.max(0, Math.min(cards.length - 1, cards.indexOf(document.activeElement) + by))];
  if (next) next.focus();
}

showRuns();
showTable();
showControls();
select();
showCharts();
dark.addEventListener("change", showCharts);
