"""One file a register: its columns, its words, who may see its rows and which target it counts against."""
