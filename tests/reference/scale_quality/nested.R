# Differences in fit between steps of invariance by lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/nested.R
suppressMessages({library(lavaan); library(psych)})
rows <- list()
note <- function(case, step, test) rows[[length(rows) + 1]] <<- data.frame(case, step,
  chi2 = format(test[2, "Chisq diff"], digits = 12), df = test[2, "Df diff"],
  p = format(test[2, "Pr(>Chisq)"], digits = 12))
model <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
steps <- list("", "loadings", c("loadings", "intercepts"))
for (estimator in c("ML", "MLM")) {
  fit <- lapply(steps, function(s) cfa(model, HolzingerSwineford1939, group = "school",
                                       group.equal = s, estimator = estimator))
  method <- if (estimator == "ML") "default" else "satorra.bentler.2001"
  note(estimator, "metric", lavTestLRT(fit[[1]], fit[[2]], method = method))
  note(estimator, "scalar", lavTestLRT(fit[[2]], fit[[3]], method = method))
}
data <- bfi[paste0("A", 1:5)]; data$A1 <- 7 - data$A1; data$gender <- bfi$gender
data <- na.omit(data)
steps <- list("", "loadings", c("loadings", "thresholds"))
fit <- lapply(steps, function(s) cfa("f =~ A1 + A2 + A3 + A4 + A5", data, group = "gender",
  ordered = paste0("A", 1:5), group.equal = s, estimator = "WLSMV"))
note("WLSMV", "metric", lavTestLRT(fit[[1]], fit[[2]], method = "satorra.2000", A.method = "delta"))
note("WLSMV", "scalar", lavTestLRT(fit[[1]], fit[[3]], method = "satorra.2000", A.method = "delta"))
write.csv(do.call(rbind, rows), "tests/reference/scale_quality/nested.csv", row.names = FALSE,
          quote = FALSE)
