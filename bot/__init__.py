"""Who speaks: the command line, the chat channels and the assistant behind them."""
