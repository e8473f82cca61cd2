"""Charts of our own: typed data in, an SVG string out, text set at measured positions. No charting library."""
