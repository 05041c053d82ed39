# R 4, survey, psych, lme4, nlme: domains against each other, independent waves, ICC.
library(survey)
data(api)
out <- list()
# A school type against all others, and all pairs; clusters and raking tie the types together.
rest <- function(design, type) {
  design <- update(design, own = as.numeric(stype == type))
  means <- svyby(~api00, ~own, design, svymean, covmat = TRUE)
  found <- svycontrast(means, c(-1, 1))
  c(as.numeric(coef(found)), as.numeric(SE(found)))
}
pairs <- function(design) {
  means <- svyby(~api00, ~stype, design, svymean, covmat = TRUE)
  found <- svycontrast(means, list(EH = c(1, -1, 0), EM = c(1, 0, -1), HM = c(0, 1, -1)))
  c(as.numeric(coef(found)), as.numeric(SE(found)))
}
strat <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = apistrat)
stratf <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
clus <- svydesign(ids = ~dnum, weights = ~pw, data = apiclus1)
clusf <- svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
post <- postStratify(clus, ~stype, data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)))
for (type in c("E", "H", "M")) {
  out[[paste0("rest_strata_", type)]] <- rest(strat, type)
  out[[paste0("rest_strata_fpc_", type)]] <- rest(stratf, type)
  out[[paste0("rest_clusters_", type)]] <- rest(clus, type)
  out[[paste0("rest_clusters_fpc_", type)]] <- rest(clusf, type)
}
out$pairs_strata <- pairs(strat)
out$pairs_clusters <- pairs(clus)
fit <- svyglm(api00 ~ I(as.numeric(stype == "E")), post)
out$rest_poststratified_E <- c(coef(fit)[2], SE(fit)[2])
# Welch's test.
welch <- t.test(len ~ supp, ToothGrowth)
out$welch <- c(welch$estimate[1] - welch$estimate[2], welch$stderr, welch$parameter, welch$conf.int, welch$p.value)
write.csv(ToothGrowth, "tooth_growth.csv", row.names = FALSE, quote = FALSE)
# Near-complete counts of a finite staff: two waves of schools as strata of their own.
both <- rbind(data.frame(wave = 1, value = apistrat$api99[apistrat$stype == "H"][1:45], N = 50),
              data.frame(wave = 2, value = apistrat$api00[apistrat$stype == "H"][6:50], N = 50))
census <- svydesign(ids = ~1, strata = ~wave, fpc = ~N, data = both)
found <- svycontrast(svyby(~value, ~wave, census, svymean, covmat = TRUE), c(-1, 1))
out$near_complete <- c(as.numeric(coef(found)), as.numeric(SE(found)))
write.csv(both, "near_complete.csv", row.names = FALSE, quote = FALSE)
# ICC: one-way analysis of variance; psych and lme4 where units are of equal size.
math <- as.data.frame(nlme::MathAchieve)[, c("School", "MathAch")]
math <- math[math$School %in% sort(unique(as.character(math$School)))[1:40], ]
math$School <- as.integer(as.character(math$School))
write.csv(math, "math.csv", row.names = FALSE, quote = FALSE)
anova_icc <- function(y, g) {
  table <- anova(lm(y ~ factor(g)))
  b <- table[1, 3]; w <- table[2, 3]; n <- as.numeric(table(g))
  k <- (sum(n) - sum(n^2) / sum(n)) / (length(n) - 1)
  c((b - w) / (b + (k - 1) * w), (b - w) / b, table[1, 4], table[1, 5])
}
out$icc_math <- anova_icc(math$MathAch, math$School)
sleep <- lme4::sleepstudy
out$icc_sleep <- anova_icc(sleep$Reaction, sleep$Subject)
wide <- matrix(sleep$Reaction, ncol = 10, byrow = TRUE)
ps <- psych::ICC(wide, lmer = FALSE)$results
out$icc_psych <- as.numeric(unlist(ps[1, c("ICC", "lower bound", "upper bound")]))
out$icc_psych_2 <- as.numeric(ps[4, "ICC"])
v <- as.data.frame(lme4::VarCorr(lme4::lmer(Reaction ~ 1 + (1 | Subject), sleep)))$vcov
out$icc_lmer <- v[1] / sum(v)
write.csv(sleep[, c("Subject", "Reaction")], "sleepstudy.csv", row.names = FALSE, quote = FALSE)
# r_wg and r_wg(j) of five items on six options, by education (James, Demaree & Wolf 1984).
bfi <- na.omit(psych::bfi[, c("C1", "C2", "C3", "C4", "C5", "education")])[1:400, ]
s2 <- aggregate(bfi[, 1:5], list(bfi$education), var)[, -1]
eu <- (6^2 - 1) / 12
out$rwg_c1 <- pmax(0, 1 - s2$C1 / eu)
m <- rowMeans(s2) / eu
out$rwgj <- ifelse(m < 1, 5 * (1 - m) / (5 * (1 - m) + m), 0)
write.csv(bfi, "agreement.csv", row.names = FALSE, quote = FALSE)
rows <- sapply(names(out), function(n)
  sprintf('"%s": [%s]', n, paste(sprintf("%.12g", out[[n]]), collapse = ", ")))
cat("{\n", paste(rows, collapse = ",\n"), "\n}\n", sep = "", file = "contrasts.json")
