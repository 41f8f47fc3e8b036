"""What the user needs: the questions, their answers, and the limits that follow."""
