# Quantiles and intervals of shares by R's survey package, for test_shares.py; run after design.R
suppressPackageStartupMessages(library(survey))
read <- function(name) read.csv(paste0(name, ".csv"), na.strings = "")
strat <- svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = read("apistrat"))
uneven <- svydesign(~1, strata = ~stype, weights = ~uneven, data = read("apistrat"))
clus <- svydesign(~dnum, weights = ~uneven, fpc = ~fpc, data = read("apiclus1"))
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
post <- postStratify(clus, ~stype, types)
nh <- svydesign(~SDMVPSU, strata = ~SDMVSTRA, weights = ~weight, nest = TRUE, data = read("nhanes"))
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(...)
quantile_of <- function(case, design, domain, every, at, rule, type) {
  sub <- subset(every, !is.na(enroll))  # degrees of freedom of those who have a value
  q <- svyquantile(~enroll, sub, at, interval.type = type, qrule = rule, na.rm = TRUE, df = degf(sub))[[1]]
  add(case, domain, what = paste(at, rule, type), estimate = q[1, 1], se = q[1, 4], low = q[1, 2], high = q[1, 3])
}
for (case in c("strat", "uneven", "clus", "post")) {
  design <- get(case)
  inside <- subset(design, awards == "Yes")
  for (at in c(0.1, 0.5, 0.9)) for (rule in c("math", "school")) for (type in c("mean", "xlogit")) {
    quantile_of(case, design, "", design, at, rule, type)
    quantile_of(case, design, "Yes", inside, at, rule, type)
  }
}
share_of <- function(case, f, domain, sub, method) {
  p <- svyciprop(f, sub, method = method)
  add(case, domain, what = method, estimate = coef(p), se = SE(p), low = attr(p, "ci")[1], high = attr(p, "ci")[2])
}
for (method in c("logit", "beta")) {
  for (case in c("strat", "uneven", "clus")) {
    share_of(case, ~I(stype == "H"), "", get(case), method)
    share_of(case, ~I(sch.wide == "Yes"), "", get(case), method)
    share_of(case, ~I(api00 > 850), "", get(case), method)
  }
  for (r in 1:4) share_of("nh", ~I(HI_CHOL == 1), r, subset(nh, race == r & !is.na(HI_CHOL)), method)
}
write.csv(do.call(rbind, rows), "shares.csv", row.names = FALSE, na = "")
# exact bounds of a share in a finite population, by search over all populations
bound <- function(x, n, N) {
  k <- 0:N
  ok <- k[phyper(x - 1, k, N - k, n, lower.tail = FALSE) > 0.025 & phyper(x, k, N - k, n) > 0.025]
  cat(sprintf("    (%d, %d, %d, %d, %d),\n", x, n, N, min(ok), max(ok)))
}
bound(0, 12, 20); bound(12, 12, 20); bound(9, 12, 20); bound(3, 25, 45); bound(25, 25, 26); bound(60, 100, 100); bound(0, 5, 400)
