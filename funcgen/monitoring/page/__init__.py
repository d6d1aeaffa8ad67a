"""A stream as one HTML file that opens offline: each topic's share of bad news, the evidence for a surge, and the alerts."""
