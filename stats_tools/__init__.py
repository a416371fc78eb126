"""What is counted: clusters, indicators, versioned observations, targets and the questions asked of them."""
