"""The command line: `./dse COMMAND`."""
