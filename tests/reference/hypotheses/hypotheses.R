# R 4.5.0, survey 4.4-2, emmeans 1.10.7, multcomp 1.4-28, rstatix 0.7.2, jsonlite 1.9.1.
# Tests of tables, ranks, domains and pairs; writes hypotheses.json. The rows are those of
# ../design/apistrat.csv, apiclus1.csv and apiclus2.csv (data(api) of survey).
suppressMessages({library(survey); library(emmeans); library(multcomp); library(jsonlite)})
read <- function(name) {
  data <- read.csv(paste0("../design/", name, ".csv"))
  data$half <- factor(data$enroll > median(data$enroll, na.rm = TRUE))
  data$fourth <- factor(pmin(data$api.stu %/% 300, 3))
  data$stype <- factor(data$stype)
  data
}
strat <- read("apistrat"); clus1 <- read("apiclus1"); clus2 <- read("apiclus2")
types <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122)
designs <- list(
  strata = svydesign(~1, strata = ~stype, weights = ~pw, data = strat),
  strata_fpc = svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat),
  clusters = svydesign(~dnum, weights = ~pw, data = clus1),
  clusters_fpc = svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = clus1),
  two_stage = svydesign(~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = clus2),
  raked = calibrate(svydesign(~dnum, weights = ~pw, data = clus1), ~stype + sch.wide, types,
                    calfun = "raking", epsilon = 1e-12))
num <- function(x) as.numeric(x)
out <- list()
set.seed(1)  # multcomp draws for its integrals

# 1. Two-way tables.
cells <- function(formula, d) {
  v <- all.vars(formula)
  kept <- d$variables[, v]; kept[] <- lapply(kept, factor)
  d$variables[, paste0("v", 1:2)] <- kept
  d <- subset(d, !is.na(v1) & !is.na(v2))
  r <- levels(d$variables$v1); k <- levels(d$variables$v2)
  one <- svytotal(model.matrix(~interaction(v1, v2, lex.order = TRUE) - 1, d$variables), d)
  names(one) <- c(outer(seq_along(k), seq_along(r), function(j, i) paste0("t", i, j)))
  own <- function(i, j) paste0("t", i, j)
  sum_of <- function(x) paste0("(", paste(x, collapse = "+"), ")")
  all <- sum_of(names(one))
  z <- c()
  for (i in seq_along(r)) for (j in seq_along(k)) {
    text <- paste0(own(i, j), "-", sum_of(own(i, seq_along(k))), "*",
                   sum_of(own(seq_along(r), j)), "/", all)
    found <- svycontrast(one, list(x = str2lang(text)))
    z <- c(z, num(coef(found)) / num(SE(found)))
  }
  z
}
for (name in names(designs)) for (pair in list(c("sch.wide", "stype"), c("half", "fourth"), c("awards", "half"))) {
  if (name == "two_stage" && pair[2] == "fourth") next
  # Without missing rows, so that R too counts the clusters of those who have both columns.
  d <- subset(designs[[name]], complete.cases(designs[[name]]$variables[, pair]))
  formula <- as.formula(paste0("~", pair[1], "+", pair[2]))
  found <- list()
  for (statistic in c("F", "Chisq", "Wald", "adjWald")) {
    test <- svychisq(formula, d, statistic = statistic)
    found[[statistic]] <- num(c(test$statistic, test$parameter, test$p.value))
  }
  if (!anyNA(designs[[name]]$variables[, pair])) found$residuals <- cells(formula, d)
  table <- svytable(formula, d)
  found$cramers_v <- sqrt(suppressWarnings(chisq.test(table / sum(table), correct = FALSE))$statistic / (min(dim(table)) - 1))
  out$tables[[paste(c(name, pair), collapse = " ")]] <- found
}

# 2. Rank tests: of a column without ties (api00 moved by the row number), and as a regression of
# scores on mid-distribution ranks, which is what the test is where tied rows weigh unlike.
scores <- list(wilcoxon = function(u) u, normal = qnorm, median = function(u) as.numeric(u > 0.5 + 1e-9))
# The median test of survey asks r > N/2 of sums of floats; of 183 equal weights one row lies there.
named <- list(wilcoxon = "wilcoxon", normal = "vanderWaerden",
              median = function(r, N) as.numeric(r / N > 0.5 + 1e-9))
for (name in names(designs)) for (by in c("stype", "half")) for (score in names(scores)) {
  d <- designs[[name]]
  d$variables$y <- d$variables$api00 + seq_len(nrow(d$variables)) * 1e-4
  test <- svyranktest(as.formula(paste("y ~", by)), d, test = named[[score]])
  if (by == "half") own <- list(wald = num(test$statistic)^2, df1 = 1, df2 = num(test$parameter),
                                p = num(test$p.value), difference = num(test$estimate))
  else own <- list(wald = num(test$parameter), df1 = num(test$statistic), df2 = num(test$ddf), p = num(test$p.value))
  w <- weights(d); w[is.na(d$variables[, by])] <- 0; y <- d$variables$api00
  u <- sapply(y, function(v) (sum(w[y < v]) + sum(w[y <= v])) / 2) / sum(w)
  d$variables$score <- scores[[score]](u)
  m <- svyglm(as.formula(paste("score ~", by)), d)
  ties <- regTermTest(m, as.formula(paste("~", by)))
  own$tied <- num(c(ties$Ftest, ties$df, ties$ddf, ties$p))
  out$ranks[[paste(name, by, score)]] <- own
}

# 3. Means of domains: equality, contrasts, all pairs with Tukey's adjustment.
contrasts <- rbind(high = c(-0.5, 1, -0.5), EM = c(1, 0, -1))
for (name in names(designs)) {
  d <- designs[[name]]
  m <- svyglm(api00 ~ stype, d)
  test <- regTermTest(m, ~stype)
  # Of calibrated designs svyby has no covariances; those of a regression without intercept are the same.
  means <- if (name == "raked") svyglm(api00 ~ 0 + stype, d)
           else svyby(~api00, ~stype, d, svymean, covmat = TRUE)
  found <- svycontrast(means, list(high = contrasts[1, ], EM = contrasts[2, ]))
  nu <- degf(d); q <- 2
  # Approximate Hotelling T^2 (Zhang 2012): degrees of freedom from those of each domain.
  V <- vcov(means); C <- contrasts
  dj <- sapply(c("E", "H", "M"), function(t) degf(subset(d, stype == t)))
  h <- diag(sqrt(diag(V)) * t(C) %*% solve(C %*% V %*% t(C)) %*% C %*% diag(sqrt(diag(V))))
  eta <- min(nu, q * (q + 1) / (2 * sum((h * q / sum(h))^2 / dj)))
  W <- num(t(contrasts %*% coef(means)) %*% solve(contrasts %*% vcov(means) %*% t(contrasts), contrasts %*% coef(means)))
  f <- W * (eta - q + 1) / (eta * q)
  emm <- emmeans(m, "stype")
  all <- as.data.frame(pairs(emm, adjust = "tukey"))
  ends <- as.data.frame(confint(pairs(emm, adjust = "tukey")))
  mvt <- summary(glht(m, linfct = mcp(stype = "Tukey"), df = nu))
  out$domains[[name]] <- list(
    regTermTest = num(c(test$Ftest, test$df, test$ddf, test$p)),
    adjusted = c(f, q, eta - q + 1, pf(f, q, eta - q + 1, lower.tail = FALSE)), wald = W,
    covariance = unname(vcov(means)),
    estimate = num(coef(found)), se = num(SE(found)),
    pairs = list(difference = all$estimate, se = all$SE, df = all$df, p = all$p.value,
                 low = ends$lower.CL, high = ends$upper.CL, multcomp_p = num(mvt$test$pvalues)))
}
# A part is judged with the errors of the whole: a column that is missing in some rows.
d <- update(designs$clusters, y = ifelse(api00 > 500, api99, NA))
test <- regTermTest(svyglm(y ~ stype, d), ~stype)
out$missing <- num(c(test$Ftest, test$df, test$ddf, test$p))

# 4. Rows drawn one by one: Tukey-Kramer, Games-Howell, analysis of variance, Welch, effect sizes.
noncentral <- function(f, lower, upper) uniroot(f, c(lower, upper), tol = 1e-12)$root
for (data in list(list("tooth", ToothGrowth$len, interaction(ToothGrowth$supp, ToothGrowth$dose)),
                  list("schools", strat$api00, strat$stype), list("insects", InsectSprays$count, InsectSprays$spray))) {
  y <- data[[2]]; g <- factor(data[[3]], labels = paste0("g", seq_along(levels(factor(data[[3]])))))
  tukey <- TukeyHSD(aov(y ~ g))$g
  howell <- rstatix::games_howell_test(data.frame(y, g), y ~ g, detailed = TRUE)
  one <- anova(lm(y ~ g)); welch <- oneway.test(y ~ g)
  ss <- one$`Sum Sq`; ms <- one$`Mean Sq`; df <- one$Df; N <- length(y); F <- one$`F value`[1]
  ncp <- c(if (pf(F, df[1], df[2]) < 0.975) 0 else noncentral(function(l) pf(F, df[1], df[2], l) - 0.975, 0, 5000),
           noncentral(function(l) pf(F, df[1], df[2], l) - 0.025, 0, 5000))
  g_of <- function(a, b) {
    x <- y[g == a]; z <- y[g == b]; n <- c(length(x), length(z)); m <- sum(n) - 2
    d <- (mean(x) - mean(z)) / sqrt(((n[1] - 1) * var(x) + (n[2] - 1) * var(z)) / m)
    t <- d * sqrt(prod(n) / sum(n)); J <- exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))
    ends <- sapply(c(0.975, 0.025), function(p) noncentral(function(l) suppressWarnings(pt(t, m, l)) - p, t - 10 - abs(t), t + 10 + abs(t)))
    J * c(d, ends / sqrt(prod(n) / sum(n)))
  }
  pairs <- combn(levels(g), 2)
  out$drawn[[data[[1]]]] <- list(
    y = y, g = as.integer(g),
    tukey = unname(tukey[, c("diff", "lwr", "upr", "p adj")]),
    howell = unname(as.matrix(howell[, c("estimate", "conf.low", "conf.high", "se", "statistic", "df", "p.adj")])),
    anova = c(F, df, one$`Pr(>F)`[1]), welch = num(c(welch$statistic, welch$parameter, welch$p.value)),
    eta2 = ss[1] / sum(ss), omega2 = (ss[1] - df[1] * ms[2]) / (sum(ss) + ms[2]), ends = ncp / (ncp + N),
    howell_p = ptukey(abs(howell$statistic) * sqrt(2), length(levels(g)), howell$df, lower.tail = FALSE),
    hedges = t(apply(pairs, 2, function(p) g_of(p[1], p[2]))))
}
# 5. The studentized range; below some seven degrees of freedom ptukey is good to five digits only.
grid <- expand.grid(q = c(1, 3, 4.5, 8), k = c(2, 3, 6, 12), df = c(7.5, 12, 40, Inf))
out$range <- list(grid = unname(as.matrix(transform(grid, df = pmin(df, 1e12)))),
                  p = with(grid, ptukey(q, k, df, lower.tail = FALSE)),
                  quantile = with(subset(grid, q == 1), qtukey(0.95, k, df)))
write(toJSON(out, digits = NA, auto_unbox = TRUE), "hypotheses.json")
