"""A comparison's page, which opens offline: tables, and charts by Vega-Lite."""
