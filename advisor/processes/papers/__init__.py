"""What an owner takes along: a result, one page of it, and a sheet of many processes, in print and as PDF."""
