const ALERTS = ["--surge", "--over"];

async function showCharts() {
  const config = configuration(["--c1"]);
  const colours = ALERTS.map(colour);
  for (const place of document.querySelectorAll("[data-chart]")) await draw(place, painted(DATA.charts[place.dataset.chart], "alerts", colours), config);
  document.body.dataset.charts = "drawn";
}

showCharts();
dark.addEventListener("change", showCharts);
