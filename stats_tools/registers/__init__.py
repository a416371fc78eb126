"""The registers that the plan keeps: firms, needs, projects, platforms and lists, filed by quarter and counted."""
