"""What one command line comes to, and many of them: jobs, batches, redrawing."""
