"""The picture of the points: which row of the tables decides where, and where the saved processes lie."""
