const DATA = JSON.parse(document.getElementById("data").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** Vega's configuration in the page's colours. */
function configuration() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  const axis = { labelColor: of("--quiet"), titleColor: of("--quiet"), gridColor: of("--line"), domainColor: of("--line"), tickColor: of("--line") };
  const colours = ["--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8", "--c9"].map(of);
  return {
    background: "transparent", font: getComputedStyle(document.body).fontFamily, view: { stroke: null },
    axis: { ...axis, titleFontWeight: 400, labelLimit: 160 }, legend: { labelColor: of("--ink"), titleColor: of("--ink"), labelFontSize: 12 },
    range: { category: colours }, text: { color: of("--ink") }, rule: { color: of("--quiet") }, rect: { color: of("--quiet") },
    verdicts: ["--better", "--equivalent", "--undecided", "--worse"].map(of),
  };
}

/** A specification whose range "verdicts" is the page's colours of verdicts. */
const painted = (spec, colours) => JSON.parse(JSON.stringify(spec), (key, value) => (key === "range" && value === "verdicts" ? colours : value));

async function showCharts() {
  const { verdicts, ...config } = configuration();
  const drawn = [];
  for (const place of document.querySelectorAll("[data-charts]")) {
    place.replaceChildren();
    for (const { title, spec, wide } of DATA.charts[place.dataset.charts] || []) {
      const figure = document.createElement("figure");
      const head = document.createElement("h3");
      const chart = document.createElement("div");
      figure.className = wide ? "wide" : "";
      head.textContent = title;
      chart.className = "chart";
      figure.append(head, chart);
      place.append(figure);
      drawn.push([chart, painted(spec, verdicts)]); // all, before any is measured
    }
  }
  for (const [chart, spec] of drawn) {
    await window.vegaEmbed(chart, spec, { actions: false, renderer: "svg", config, tooltip: { theme: dark.matches ? "dark" : "light" } });
  }
  document.body.dataset.charts = "drawn";
}

showCharts();
dark.addEventListener("change", showCharts);
