# The weighted proportional-odds logit by R's survey and MASS, on the api samples.
#
#   Rscript ordinal.R
#
# Writes apiclus1.csv, apistrat_meals.csv and ordinal.csv (test, name, value) beside itself.
suppressMessages({library(survey); library(MASS)})
data(api)
found <- NULL
keep <- function(test, values, names = seq_along(values))
  found <<- rbind(found, data.frame(test, name = names, value = sprintf("%.15g", as.numeric(values))))

columns <- c("avg.ed", "mobility", "emer", "school")
apiclus1$mealcat <- cut(apiclus1$meals, c(0, 25, 50, 75, 100), include.lowest = TRUE)
apiclus1$school <- as.numeric(apiclus1$stype == "E")
sample <- na.omit(apiclus1[, c("dnum", "pw", "fpc", "mealcat", columns)])
sample$meal <- as.integer(sample$mealcat)
write.csv(sample[, c("dnum", "pw", "fpc", "meal", columns)], "apiclus1.csv", row.names = FALSE)
design <- svydesign(id = ~dnum, weights = ~pw, data = sample, fpc = ~fpc)

fit <- svyolr(mealcat ~ avg.ed + mobility + emer + school, design, control = list(reltol = 1e-15, maxit = 1000))
keep("slope", coef(fit)[columns], columns)
keep("slope se", sqrt(diag(vcov(fit)))[columns], columns)
keep("threshold", fit$zeta)
keep("threshold se", sqrt(diag(vcov(fit)))[names(fit$zeta)])

# average marginal effects: a slope, or from 0 to 1 for the dummy
effects <- function(slope, zeta, w, data) {
  x <- as.matrix(data[, columns]); eta <- drop(x %*% slope)
  p <- function(eta) { f <- cbind(0, plogis(outer(-eta, zeta, "+")), 1); f[, -1] - f[, -ncol(f)] }
  d <- function(eta) { f <- cbind(0, dlogis(outer(-eta, zeta, "+")), 0); f[, -1] - f[, -ncol(f)] }
  t(sapply(seq_along(columns), function(k) {
    each <- if (columns[k] == "school") p(eta + (1 - x[, k]) * slope[k]) - p(eta - x[, k] * slope[k])
            else -slope[k] * d(eta)
    colSums(w * each) / sum(w)
  }))
}
for (k in seq_along(columns)) keep(paste("effect", columns[k]), effects(coef(fit)[columns], fit$zeta, sample$pw, sample)[k, ])

# errors of effects: the jackknife within strata of another sample (slopes are fitted anew each time)
apistrat$meal <- as.integer(cut(apistrat$meals, c(0, 25, 50, 75, 100), include.lowest = TRUE))
apistrat$school <- as.numeric(apistrat$stype == "E")
other <- na.omit(apistrat[, c("stype", "pw", "meal", columns)])
write.csv(other, "apistrat_meals.csv", row.names = FALSE)
other$mealcat <- factor(other$meal)
stratified <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = other)
model <- svyolr(mealcat ~ avg.ed + mobility + emer + school, stratified,
                control = list(reltol = 1e-15, maxit = 1000))
at <- c(coef(model)[columns], model$zeta)
again <- withReplicates(as.svrepdesign(stratified, type = "JKn"), function(w, data) {
  part <- data[w > 0, ]; w <- w[w > 0]
  one <- suppressWarnings(polr(mealcat ~ avg.ed + mobility + emer + school, part, weights = w,
                               start = at, control = list(reltol = 1e-12)))
  as.vector(t(effects(coef(one)[columns], one$zeta, w, part)))
})
value <- matrix(coef(again), nrow = length(columns), byrow = TRUE)
errors <- matrix(sqrt(diag(vcov(again))), nrow = length(columns), byrow = TRUE)
for (k in seq_along(columns)) {
  keep(paste("stratified effect", columns[k]), value[k, ])
  keep(paste("stratified jackknife", columns[k]), errors[k, ])
}

# one logit at each threshold, their slopes' design covariance from influence functions
binary <- lapply(1:3, function(cut) {
  design$variables$above <<- as.integer(sample$meal > cut)
  svyglm(above ~ avg.ed + mobility + emer + school, design, family = quasibinomial(),
         influence = TRUE, control = glm.control(epsilon = 1e-14, maxit = 100))
})
for (cut in 1:3) {
  keep(paste("binary slope", cut), coef(binary[[cut]])[columns], columns)
  keep(paste("binary se", cut), sqrt(diag(vcov(binary[[cut]])))[columns], columns)
}
df <- degf(design)
for (k in seq_along(columns)) {
  moved <- sapply(binary, function(one) attr(one, "influence")[, k + 1])
  slopes <- sapply(binary, function(one) coef(one)[k + 1])
  stacked <- svydesign(id = ~dnum, weights = ~1, data = cbind(sample, gap = moved[, 2:3] - moved[, 1]),
                       fpc = ~fpc)
  covariance <- vcov(svytotal(~gap.1 + gap.2, stacked))
  gap <- slopes[2:3] - slopes[1]
  wald <- drop(gap %*% solve(covariance, gap))
  keep("unequal p", pf(wald / 2 * (df - 1) / df, 2, df - 1, lower.tail = FALSE), columns[k])
}
write.csv(found, "ordinal.csv", row.names = FALSE, quote = FALSE)
