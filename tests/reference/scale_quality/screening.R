# The screening of items over groups by survey::svyglm. From the repository's root:
#   Rscript tests/reference/scale_quality/screening.R
suppressMessages({library(survey); library(psych); library(lavaan)})
x <- bfi[paste0("A", 1:5)]; x$A1 <- 7 - x$A1
x <- (x - 1) * 20
w <- 1 + (bfi$age %% 7) / 3
rows <- list()
for (weights in c("equal", "unequal")) for (grouping in c("gender", "education"))
  for (item in names(x)) {
    d <- data.frame(y = x[[item]], rest = rowMeans(x[setdiff(names(x), item)], na.rm = TRUE),
                    g = bfi[[grouping]], w = if (weights == "equal") 1 else w)
    d <- na.omit(d)
    levels <- sort(unique(d$g)); if (length(levels) == 2) levels <- levels[2]
    for (level in levels) {
      d$d <- as.numeric(d$g == level)
      fit <- svyglm(y ~ rest + d, svydesign(~1, weights = ~w, data = d))
      s <- summary(fit)$coefficients["d", ]
      rows[[length(rows) + 1]] <- data.frame(weights, grouping, item, group = level,
        n = nrow(d), b = format(s[1], digits = 15), se = format(s[2], digits = 15),
        p = format(s[4], digits = 15))
    }
  }
write.csv(do.call(rbind, rows), "tests/reference/scale_quality/screening.csv", row.names = FALSE,
          quote = FALSE)

# Each item's shift between men and women without what their levels make of it: the direct effect of
# gender on the item, beside its effect on the common factor.
x$g <- bfi$gender - 1
x <- na.omit(x)
direct <- lapply(paste0("A", 1:5), function(item) {
  fit <- sem(sprintf("f =~ A2 + A1 + A3 + A4 + A5\nf ~ g\n%s ~ g", item), x)
  e <- parameterEstimates(fit)
  e <- e[e$lhs == item & e$rhs == "g", ]
  data.frame(item, shift = format(e$est, digits = 12), se = format(e$se, digits = 12))
})
write.csv(do.call(rbind, direct), "tests/reference/scale_quality/direct_effects.csv",
          row.names = FALSE, quote = FALSE)
