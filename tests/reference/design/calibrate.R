# Calibrated weights of R's survey package for test_calibrate.py; run after design.R
suppressPackageStartupMessages(library(survey))
d <- read.csv("apiclus1.csv", na.strings = "")
d$base <- d$uneven * 6194 / sum(d$uneven)
clus <- svydesign(~dnum, weights = ~base, fpc = ~fpc, data = d)
f <- ~stype + sch.wide + api99
pop <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122, api99 = 3914069)
run <- function(calfun, lower = -Inf, upper = Inf)
  weights(calibrate(clus, f, pop, calfun = calfun, bounds = c(lower, upper), epsilon = 1e-13, maxit = 500))
raked <- weights(calibrate(clus, f, pop, calfun = "raking", epsilon = 1e-13, maxit = 500))
middle <- median(raked)
again <- svydesign(~dnum, weights = ~raked, data = cbind(d, raked))
out <- data.frame(
  linear = run("linear"), raking = run("raking"), logit = run("logit", 0.4, 2.2),
  linear_bounded = run("linear", 0.5, 2.1), raking_bounded = run("raking", 0.6, 2.2), logit_tight = run("logit", 0.5, 2.1),
  trimmed = weights(calibrate(again, f, pop, calfun = "linear", bounds = c(0.3, 3.5) * middle, bounds.const = TRUE, epsilon = 1e-13, maxit = 500)))
print(sapply(out, function(w) c(range(w / d$base), sum(w))))
print(range(raked) / middle)
write.csv(out, "calibrate.csv", row.names = FALSE)
# the estimate and its error under each
for (one in c("linear", "raking", "logit")) {
  b <- if (one == "logit") c(0.4, 2.2) else c(-Inf, Inf)
  e <- calibrate(clus, f, pop, calfun = one, bounds = b, epsilon = 1e-13, maxit = 500)
  m <- svymean(~api00, e); t <- svytotal(~enroll, e, na.rm = TRUE)
  cat(sprintf('    ("%s", %.10f, %.10f, %.6f, %.6f),\n', one, coef(m), SE(m), coef(t), SE(t)))
}
