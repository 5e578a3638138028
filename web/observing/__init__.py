"""What operators see: figures for Prometheus, the state of each dependency, traces."""
