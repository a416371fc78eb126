"""What is counted, written as files: indicators, units, clusters, targets, plausibility bounds and the sample."""
