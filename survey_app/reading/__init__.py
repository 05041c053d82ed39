"""Reading: pages made from publications, and from nothing else."""
