"""What the test cases try, why one fails, and cases that would try more."""
