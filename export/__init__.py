"""From public data to a trained network to the browser: load, train, evaluate, convert, report."""
