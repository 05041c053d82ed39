# Design effects by R's survey package where weights are not in persons, for test_design.py; run
# after design.R. svymean(deff = TRUE) compares with sampling without replacement out of as many
# persons as the weights add up to, and warns where these are fewer than the rows; "replace" compares
# with sampling with replacement.
suppressPackageStartupMessages(library(survey))
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(...)
of <- function(file, scale, clusters, known) {
  d <- read.csv(paste0(file, ".csv"), na.strings = "")
  d$w <- d$uneven / sum(d$uneven) * nrow(d)
  d$w <- if (scale == "rounded") round(d$w, 2) else d$w * as.numeric(scale)
  design <- svydesign(clusters, strata = if (file == "apistrat") ~stype else NULL, weights = ~w, data = d)
  for (domain in c("", sort(unique(d$awards)))) {
    sub <- if (domain == "") design else design[d$awards == domain, ]
    est <- svymean(~api00, sub, deff = known)
    add(file, scale, domain, known = as.character(known), sum = sum(weights(sub)),
        se = as.numeric(SE(est)), deff = as.numeric(deff(est)))
  }
}
for (scale in c("rounded", "1", "1.02", "1.5")) {
  of("apistrat", scale, ~1, "replace"); of("apiclus1", scale, ~dnum, "replace")
}
for (scale in c("2.5", "30")) { of("apistrat", scale, ~1, TRUE); of("apiclus1", scale, ~dnum, TRUE) }
write.csv(do.call(rbind, rows), "deff.csv", row.names = FALSE, na = "")
