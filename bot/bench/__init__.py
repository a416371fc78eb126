"""How fast it answers and finds, measured against limits that hold on any machine."""
