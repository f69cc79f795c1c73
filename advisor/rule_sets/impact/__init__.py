"""Who is affected by the draft: found by a job, and told as counts that give nobody away."""
