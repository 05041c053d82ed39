# R 4, survey: change between two waves of schools that were drawn once (all) or partly anew (part).
# The earlier wave holds api99, the later api00. Stacked design, clusters of a person's rows:
# svyby + svycontrast (Lumley 2010, 2.4).
library(survey)
data(api)
strat <- apistrat[, c("snum", "dnum", "stype", "sch.wide", "awards", "pw", "api99", "api00")]
rows <- seq_len(nrow(strat))
stack <- function(then, now, data) {
  one <- data.frame(wave = 1, data[then, ], value = data$api99[then])
  two <- data.frame(wave = 2, data[now, ], value = data$api00[now])
  both <- rbind(one, two)
  both$api99 <- both$api00 <- NULL
  both$awarded <- as.numeric(both$awards == "Yes")
  both
}
all <- stack(rows, rows, strat)
part <- stack(rows[rows %% 3 != 0], rows[rows %% 3 != 1], strat)
clus <- stack(seq_len(nrow(apiclus1)), seq_len(nrow(apiclus1)),
              apiclus1[, c("snum", "dnum", "stype", "sch.wide", "awards", "pw", "api99", "api00")])
# A third of the schools of each wave is not asked in the other, within the same districts.
cpart <- clus[!(clus$wave == 1 & clus$snum %% 3 == 0) & !(clus$wave == 2 & clus$snum %% 3 == 1), ]

change <- function(design, formula, by = ~wave, weights = NULL) {
  means <- svyby(formula, by, design, svymean, covmat = TRUE)
  found <- svycontrast(means, if (is.null(weights)) c(-1, 1) else weights)
  c(as.numeric(coef(found)), as.numeric(SE(found)), degf(design))
}
margins <- function(data) {
  data$cell1 <- interaction(data$wave, data$stype, drop = TRUE)
  data$cell2 <- interaction(data$wave, data$sch.wide, drop = TRUE)
  data
}
raked <- function(data, ...) {
  design <- svydesign(ids = ~snum, weights = ~pw, data = margins(data), ...)
  one <- data.frame(cell1 = paste0(rep(1:2, 3), ".", rep(c("E", "H", "M"), each = 2)),
                    Freq = rep(c(4421, 755, 1018), each = 2))
  two <- data.frame(cell2 = paste0(rep(1:2, 2), ".", rep(c("No", "Yes"), each = 2)),
                    Freq = rep(c(1072, 5122), each = 2))
  rake(design, list(~cell1, ~cell2), list(one, two),
       control = list(maxit = 200, epsilon = 1e-10, verbose = FALSE))
}
# The same margins by calibration: residuals of one projection, as in the estimator of Deville and
# Sarndal. The difference of ratios is linearised by hand: u = +-(y - mean) / sum of weights.
calibrated <- function(data) {
  data <- margins(data)
  w <- weights(raked(data))
  x <- model.matrix(~ 0 + cell1 + cell2, data)
  design <- calibrate(svydesign(ids = ~snum, weights = ~pw, data = data), ~ 0 + cell1 + cell2,
                      colSums(x * w), calfun = "raking", epsilon = 1e-10, maxit = 200)
  w <- weights(design)
  total <- tapply(w, data$wave, sum)
  mean <- tapply(w * data$value, data$wave, sum) / total
  design <- update(design, u = ifelse(wave == 2, 1, -1) * (value - mean[wave]) / total[wave])
  c(mean[2] - mean[1], SE(svytotal(~u, design)), degf(design))
}
out <- list()
for (name in c("all", "part")) {
  data <- get(name)
  plain <- svydesign(ids = ~snum, weights = ~pw, data = data)
  strata <- svydesign(ids = ~snum, strata = ~stype, weights = ~pw, data = data)
  out[[paste0(name, "_weighted")]] <- change(plain, ~value)
  out[[paste0(name, "_strata")]] <- change(strata, ~value)
  out[[paste0(name, "_share")]] <- change(plain, ~awarded)
  elementary <- change(plain, ~value, ~wave + stype, c(-1, 1, 0, 0, 0, 0))
  out[[paste0(name, "_domain")]] <- c(elementary[1:2], NA)
  # svyby does not take raked designs; the slope on wave is the same difference and error.
  design <- raked(data)
  fit <- svyglm(value ~ I(wave - 1), design)
  out[[paste0(name, "_raked")]] <- c(coef(fit)[2], SE(fit)[2], degf(design))
  out[[paste0(name, "_calibrated")]] <- calibrated(data)
}
out$all_clusters <- change(svydesign(ids = ~dnum, weights = ~pw, data = clus), ~value)
out$part_clusters <- change(svydesign(ids = ~dnum, weights = ~pw, data = cpart), ~value)
# The finite population of a panel that is asked twice: the paired difference of a sample of 200.
paired <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
found <- svymean(~I(api00 - api99), paired)
out$all_fpc <- c(coef(found), SE(found), degf(paired))
rows <- sapply(names(out), function(n)
  sprintf('"%s": [%s]', n, paste(ifelse(is.na(out[[n]]), "null", sprintf("%.12g", out[[n]])), collapse = ", ")))
cat("{\n", paste(rows, collapse = ",\n"), "\n}\n", sep = "", file = "overlap.json")
fpc <- merge(all, unique(apistrat[, c("stype", "fpc")]))
fpc <- fpc[order(fpc$wave, fpc$snum), ]
write.csv(fpc, "waves_all.csv", row.names = FALSE, quote = FALSE)
write.csv(part, "waves_part.csv", row.names = FALSE, quote = FALSE)
write.csv(clus, "waves_clusters.csv", row.names = FALSE, quote = FALSE)
