"""What people asked for and did not get, put together so that an operator can close the gaps."""
