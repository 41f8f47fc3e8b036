"""Pure functions over runs and judgements: metrics, intervals, tests, posteriors, words."""
