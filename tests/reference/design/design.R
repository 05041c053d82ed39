# Figures of R's survey package for the cases of test_design.py; run: Rscript design.R
suppressPackageStartupMessages(library(survey))
data(api); data(nhanes); data(mu284); data(hospital)
rows <- list()
put <- function(case, index, statistic, category, domain, est, df, deff = NA, low = NA, high = NA) {
  rows[[length(rows) + 1]] <<- data.frame(case, index, statistic, category, domain,
    mean = as.numeric(coef(est)), se = as.numeric(SE(est)), df, deff = as.numeric(deff), low, high)
}
both <- function(est, df) as.numeric(confint(est, df = df))
means <- function(case, design, name, domain = "", sub = design, kind = "mean") {
  f <- reformulate(paste0("`", name, "`"))
  est <- if (kind == "mean") svymean(f, sub, na.rm = TRUE, deff = TRUE) else svytotal(f, sub, na.rm = TRUE, deff = TRUE)
  # who has no value tells nothing of a mean's error, and adds nothing to a total
  df <- degf(if (kind == "mean") sub[!is.na(sub$variables[[name]]), ] else sub)
  ci <- both(est, df)
  put(case, name, kind, "", domain, est, df, deff(est), ci[1], ci[2])
}
share <- function(case, design, name, value, domain = "", sub = design) {
  sub$variables$hit <- as.numeric(as.character(sub$variables[[name]]) == value)
  known <- subset(sub, !is.na(hit))
  est <- svymean(~hit, known, deff = TRUE)
  df <- degf(known)
  ci <- if (coef(est) > 0 && coef(est) < 1 && SE(est) > 1e-12) attr(svyciprop(~hit, known, df = df), "ci") else c(NA, NA)
  put(case, name, "share", value, domain, est, df, deff(est), ci[1], ci[2])
}
ratio <- function(case, design, top, bottom, domain = "", sub = design) {
  est <- svyratio(reformulate(top), reformulate(bottom), sub, na.rm = TRUE)
  df <- degf(sub[!is.na(sub$variables[[top]]) & !is.na(sub$variables[[bottom]]), ])
  ci <- as.numeric(confint(est, df = df))
  put(case, paste0(top, "/", bottom), "ratio", "", domain, est, df, NA, ci[1], ci[2])
}
# half of two scales on 0-1000, each over those who have it: ratios of totals, with covariance
composite <- function(case, design, domain = "", sub = design) {
  v <- sub$variables
  sub$variables$i1 <- as.numeric(!is.na(v$a)); sub$variables$i2 <- as.numeric(!is.na(v$b))
  sub$variables$y1 <- ifelse(is.na(v$a), 0, v$a / 10); sub$variables$y2 <- ifelse(is.na(v$b), 0, v$b / 10)
  t <- svytotal(~y1 + y2 + i1 + i2, sub)
  est <- svycontrast(t, quote(0.75 * y1 / i1 + 0.25 * y2 / i2))
  put(case, "both", "mean", "", domain, est, degf(sub[!is.na(v$a) | !is.na(v$b), ]))
}
all_of <- function(case, design, sub = design, domain = "") {
  means(case, design, "api00", domain, sub); means(case, design, "enroll", domain, sub, "total")
  share(case, design, "sch.wide", "Yes", domain, sub); ratio(case, design, "api.stu", "enroll", domain, sub)
  composite(case, design, domain, sub)
}
with_domains <- function(case, design, by) {
  all_of(case, design)
  for (value in sort(unique(as.character(design$variables[[by]])))) {
    inside <- as.character(design$variables[[by]]) == value
    all_of(case, design, design[inside, ], value)
  }
}
prepare <- function(d) {
  d$uneven <- d$pw * (1 + (seq_len(nrow(d)) %% 4))
  d$a <- d$api00; d$b <- d$api99
  d$a[seq_len(nrow(d)) %% 7 == 0] <- NA; d$b[seq_len(nrow(d)) %% 5 == 0] <- NA
  d$enroll[seq_len(nrow(d)) %% 11 == 0] <- NA
  d
}
apistrat <- prepare(apistrat); apiclus1 <- prepare(apiclus1); apiclus2 <- prepare(apiclus2)
columns <- c("stype", "dnum", "snum", "sch.wide", "awards", "api00", "api99", "enroll", "api.stu", "a", "b", "pw", "uneven")
write.csv(cbind(apistrat[columns], fpc = apistrat$fpc), "apistrat.csv", row.names = FALSE, na = "")
write.csv(cbind(apiclus1[columns], fpc = apiclus1$fpc), "apiclus1.csv", row.names = FALSE, na = "")
write.csv(cbind(apiclus2[columns], fpc1 = apiclus2$fpc1, fpc2 = as.numeric(apiclus2$fpc2)), "apiclus2.csv", row.names = FALSE, na = "")

# 1. designs
strat <- svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
with_domains("strata", strat, "awards")
open <- svydesign(~1, strata = ~stype, weights = ~uneven, data = apistrat)
with_domains("uneven", open, "awards")
clus1 <- svydesign(~dnum, weights = ~uneven, fpc = ~fpc, data = apiclus1)
with_domains("clusters", clus1, "stype")
clus2 <- svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
with_domains("two stages", clus2, "stype")
clus2w <- svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~uneven, data = apiclus2)
with_domains("two stages uneven", clus2w, "stype")

# 2. the stratified cluster sample of NHANES, its first 3000 rows
small <- nhanes[1:3000, ]
small$weight <- round(small$WTMEC2YR)
small$agecat <- as.integer(small$agecat)
small <- small[c("SDMVPSU", "SDMVSTRA", "weight", "HI_CHOL", "race", "agecat", "RIAGENDR")]
write.csv(small, "nhanes.csv", row.names = FALSE, na = "")
nh <- svydesign(~SDMVPSU, strata = ~SDMVSTRA, weights = ~weight, nest = TRUE, data = small)
means("nhanes", nh, "HI_CHOL"); share("nhanes", nh, "HI_CHOL", "1")
means("nhanes", nh, "HI_CHOL", kind = "total")
for (r in 1:4) {
  sub <- subset(nh, race == r)
  means("nhanes", nh, "HI_CHOL", r, sub); share("nhanes", nh, "HI_CHOL", "1", r, sub)
  means("nhanes", nh, "HI_CHOL", r, sub, "total")
}

# 3. textbook samples
write.csv(mu284, "mu284.csv", row.names = FALSE)
means("mu284", NULL, "y1", sub = svydesign(~id1 + id2, fpc = ~n1 + n2, data = mu284))
means("mu284", NULL, "y1", sub = svydesign(~id1 + id2, fpc = ~n1 + n2, data = mu284), kind = "total")
plain <- as.data.frame(lapply(hospital, as.numeric))
write.csv(plain, "hospital.csv", row.names = FALSE)
hs <- svydesign(~1, strata = ~oblevel, fpc = ~tothosp, weights = ~weighta, data = plain)
means("hospital", hs, "births"); means("hospital", hs, "births", kind = "total")

# 4. strata with one unit: elementary schools, one high school, middle schools
lonely <- apistrat[apistrat$stype != "H" | cumsum(apistrat$stype == "H") == 1, ]
write.csv(cbind(lonely[columns], fpc = lonely$fpc), "lonely.csv", row.names = FALSE, na = "")
ln <- svydesign(~1, strata = ~stype, weights = ~uneven, fpc = ~fpc, data = lonely)
for (rule in c("certainty", "adjust")) {
  options(survey.lonely.psu = rule)
  with_domains(paste("lonely", rule), ln, "awards")
}
# a district of two stages in which one school was taken of several
lonely2 <- apiclus2[apiclus2$dnum != apiclus2$dnum[as.numeric(apiclus2$fpc2) > 4][1] | !duplicated(apiclus2$dnum), ]
write.csv(cbind(lonely2[columns], fpc1 = lonely2$fpc1, fpc2 = as.numeric(lonely2$fpc2)), "lonely2.csv", row.names = FALSE, na = "")
ln2 <- svydesign(~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~uneven, data = lonely2)
for (rule in c("certainty", "adjust")) {
  options(survey.lonely.psu = rule)
  with_domains(paste("lonely second stage", rule), ln2, "stype")
}
options(survey.lonely.psu = "fail")

# 5. calibrated weights
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
awards <- data.frame(awards = c("No", "Yes"), Freq = c(2000, 4194))
tight <- list(maxit = 500, epsilon = 1e-12, verbose = FALSE)
with_domains("post-stratified strata", postStratify(open, ~sch.wide, wide), "awards")
with_domains("post-stratified clusters", postStratify(clus1, ~stype, types), "awards")
with_domains("post-stratified two stages", postStratify(clus2w, ~stype, types), "awards")
rake_on <- function(d, m, p) rake(d, m, p, control = tight)
with_domains("raked strata", rake_on(open, list(~sch.wide, ~awards), list(wide, awards)), "stype")
with_domains("raked clusters", rake_on(clus1, list(~stype, ~sch.wide, ~awards), list(types, wide, awards)), "awards")
with_domains("raked two stages", rake_on(clus2w, list(~stype, ~sch.wide), list(types, wide)), "awards")

# 6. the same raking by calibrate(), whose errors come from the regression of the base weights
pop <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122)
cal <- function(d, f, ...) calibrate(d, ~stype + sch.wide, pop, calfun = f, epsilon = 1e-12, maxit = 200, ...)
for (one in c("raking", "linear", "logit")) {
  bounds <- if (one == "logit") c(0.2, 4) else c(-Inf, Inf)
  with_domains(paste("calibrated", one), cal(clus1, one, bounds = bounds), "awards")
  with_domains(paste("calibrated two stages", one), cal(clus2w, one, bounds = bounds), "awards")
}
write.csv(do.call(rbind, rows), "design.csv", row.names = FALSE, na = "")
