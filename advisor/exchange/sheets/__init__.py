"""Spreadsheets in and out. What comes from outside is read in a process with little memory and time."""
