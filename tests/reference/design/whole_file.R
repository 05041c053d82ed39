# Figures of R's survey package for test_whole_file.py; run: Rscript whole_file.R
# Reads the data sets that design.R has written.
suppressPackageStartupMessages(library(survey))
read <- function(name) read.csv(name, check.names = FALSE)
one <- read("apiclus1.csv"); two <- read("apiclus2.csv"); strat <- read("apistrat.csv")
rows <- list()
put <- function(case, domain, est) {
  rows[[length(rows) + 1]] <<- data.frame(case, domain,
    mean = as.numeric(coef(est)), se = as.numeric(SE(est)))
}
by <- function(case, of, design) {
  for (group in c("No", "Yes")) {
    inside <- design$variables[[of]] == group
    put(case, group, svymean(~api00, design[inside, ]))
  }
}
known <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))

stages <- postStratify(svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, data = two), ~stype, known)
put("stages_mean", "", svymean(~api00, stages))
put("stages_total", "", svytotal(~enroll, stages, na.rm = TRUE))
put("stages_ratio", "", svyratio(~api.stu, ~enroll, stages, na.rm = TRUE))
by("stages_mean", "awards", stages)

raked <- calibrate(svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = one), ~stype + awards,
  c("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, awardsYes = 4167),
  calfun = "raking", epsilon = 1e-12, maxit = 200)
put("raked_mean", "", svymean(~api00, raked))
put("raked_total", "", svytotal(~api99, raked))
put("raked_ratio", "", svyratio(~api00, ~api99, raked))
put("raked_share", "", svymean(~I(1 * (sch.wide == "Yes")), raked))
by("raked_mean", "sch.wide", raked)

linear <- calibrate(svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
  ~stype + api99, c("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069))
put("linear_mean", "", svymean(~api00, linear))
put("linear_total", "", svytotal(~enroll, linear, na.rm = TRUE))
by("linear_mean", "awards", linear)
options(digits = 15)
write.csv(do.call(rbind, rows), "whole_file.csv", row.names = FALSE)
