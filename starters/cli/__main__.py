from starters.cli.main import run

run()
