const DATA = JSON.parse(document.getElementById("data").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Vega's configuration in the page's colours, with those of `categories`. */
function configuration(categories) {
  const [ink, quiet, line] = ["--ink", "--quiet", "--line"].map(colour);
  const axis = { labelColor: quiet, titleColor: quiet, gridColor: line, domainColor: line, tickColor: line, titleFontWeight: 400, labelLimit: 160 };
  return {
    background: "transparent", font: getComputedStyle(document.body).fontFamily, view: { stroke: null }, axis,
    legend: { labelColor: ink, titleColor: ink }, range: { category: categories.map(colour) }, text: { color: ink }, rule: { color: quiet },
  };
}

/** A specification in which a range of that name is the page's colours. */
const painted = (spec, name, colours) => JSON.parse(JSON.stringify(spec), (key, value) => (key === "range" && value === name ? colours : value));

/** A chart in its place. */
const draw = (place, spec, config) =>
  window.vegaEmbed(place, spec, { actions: false, renderer: "svg", config, tooltip: { theme: dark.matches ? "dark" : "light" } });

