const ALERTS = ["--surge", "--over"];

/** A specification whose range "alerts" is the page's colours of alerts. */
const painted = (spec, colours) => JSON.parse(JSON.stringify(spec), (key, value) => (key === "range" && value === "alerts" ? colours : value));

async function showCharts() {
  const config = configuration(["--c1"]);
  const colours = ALERTS.map(colour);
  for (const place of document.querySelectorAll("[data-chart]")) await draw(place, painted(DATA.charts[place.dataset.chart], colours), config);
  document.body.dataset.charts = "drawn";
}

showCharts();
dark.addEventListener("change", showCharts);
