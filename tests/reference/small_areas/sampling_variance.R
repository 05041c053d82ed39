# Variances drawn towards a common one after Smyth (2004), in base R. From the repository's root:
#   Rscript tests/reference/small_areas/sampling_variance.R
set.seed(20260404)
n <- rep(c(2, 3, 4, 6, 9, 14), 4)
df <- n - 1
variance <- 180 * exp(rnorm(24, 0, 0.6)) * rchisq(24, df) / df
level <- log(variance) - digamma(df / 2) + log(df / 2)
spread <- var(level) - mean(trigamma(df / 2))
d0 <- 2 * uniroot(function(x) trigamma(x) - spread, c(1e-3, 1e4), tol = 1e-12)$root
s0 <- exp(mean(level) + digamma(d0 / 2) - log(d0 / 2))
mixed <- (d0 * s0 + df * variance) / (d0 + df)
write.csv(data.frame(n, df, variance = format(variance / n, digits = 15),
                     steadied = format(ifelse(df < 10, mixed / n, variance / n), digits = 15),
                     steadied_df = format(ifelse(df < 10, d0 + df, df), digits = 15)),
          "tests/reference/small_areas/sampling_variance.csv", row.names = FALSE, quote = FALSE)
