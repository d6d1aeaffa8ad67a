const CATEGORIES = ["--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8", "--c9"];
const VERDICTS = ["--better", "--equivalent", "--undecided", "--worse"];

async function showCharts() {
  const config = { ...configuration(CATEGORIES), rect: { color: colour("--quiet") } };
  const verdicts = VERDICTS.map(colour);
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
      drawn.push([chart, painted(spec, "verdicts", verdicts)]); // all, before any is measured
    }
  }
  for (const [chart, spec] of drawn) await draw(chart, spec, config);
  document.body.dataset.charts = "drawn";
}

showCharts();
dark.addEventListener("change", showCharts);
