"""What owners keep: assessments with their advice, and all that belongs to one."""
