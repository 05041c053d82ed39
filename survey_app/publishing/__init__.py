"""Close waves, run the pipeline, and put the result on the shelf."""
