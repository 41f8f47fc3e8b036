"""What a candidate costs at the user's scale: pure formulas, the prices put in, and the sums."""
