# Which variance after raking is right where design weights differ within a category?
# Prints the variance of 600 raked means and the mean of two estimates of it. Run: Rscript rake_variance.R
suppressPackageStartupMessages(library(survey))
set.seed(1)
# strata drawn at very different rates; what margin A does to y differs between them
N <- 20000
h <- sample(1:3, N, TRUE, c(.6, .3, .1))
A <- rbinom(N, 1, .3 + .15 * h)
B <- rbinom(N, 1, .5)
y <- 50 + 10 * A * (h == 1) - 15 * A * (h == 3) + 5 * B + rnorm(N, 0, 8)
nh <- c(100, 100, 100)
Nh <- tabulate(h)
pa <- data.frame(A = 0:1, Freq = as.numeric(table(A)))
pb <- data.frame(B = 0:1, Freq = as.numeric(table(B)))
pop <- c(`(Intercept)` = N, A = sum(A), B = sum(B))
once <- function() {
  s <- unlist(lapply(1:3, function(k) sample(which(h == k), nh[k])))
  d <- data.frame(y = y[s], A = A[s], B = B[s], h = h[s], w = (Nh / nh)[h[s]])
  design <- svydesign(~1, strata = ~h, weights = ~w, data = d)
  raked <- rake(design, list(~A, ~B), list(pa, pb), control = list(epsilon = 1e-8, maxit = 100))
  calibrated <- calibrate(design, ~A + B, pop, calfun = "raking")
  c(coef(svymean(~y, raked)), vcov(svymean(~y, raked)), vcov(svymean(~y, calibrated)))
}
r <- t(replicate(600, once()))
cat("variance", var(r[, 1]), "rake()", mean(r[, 2]), "calibrate()", mean(r[, 3]), "Monte Carlo", sqrt(2 / 600), "\n")
