"""Curves of a run, drawn as they grow. The only place that imports pyqtgraph."""
