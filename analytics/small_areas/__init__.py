"""Small areas: units with few answers lean on a model, and every figure that does says so."""
