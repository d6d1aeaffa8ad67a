"""`funcgen report --html`: one or two states as a page that opens offline: charts by Vega-Lite, and a browser of the test items."""
