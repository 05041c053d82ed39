# Reliability of public data sets by psych and semTools. From the repository's root:
#   Rscript tests/reference/scale_quality/reliability.R
# Writes bfi.csv (psych, 25 items, gender, education, age), holzinger.csv (lavaan) and reliability.csv.
suppressMessages({library(psych); library(lavaan); library(semTools)})
folder <- "tests/reference/scale_quality"
write.csv(bfi, file.path(folder, "bfi.csv"), row.names = FALSE, na = "")
HS <- HolzingerSwineford1939
HS[paste0("x", 1:9)] <- round(HS[paste0("x", 1:9)], 8)
write.csv(HS[c("school", "sex", paste0("x", 1:9))], file.path(folder, "holzinger.csv"),
          row.names = FALSE)

rows <- list()
note <- function(case, statistic, name, value)
  rows[[length(rows) + 1]] <<- data.frame(case, statistic, name, value = format(value, digits = 15))

turn <- function(x, reversed) { for (r in reversed) x[[r]] <- 7 - x[[r]]; x }
scales <- list(
  agreeableness = turn(bfi[paste0("A", 1:5)], "A1"),
  conscientiousness = turn(bfi[paste0("C", 1:5)], c("C4", "C5")),
  extraversion = turn(bfi[paste0("E", 1:5)], c("E1", "E2")),
  neuroticism = bfi[paste0("N", 1:5)],
  openness = turn(bfi[paste0("O", 1:5)], c("O2", "O5")),
  unturned = bfi[paste0("A", 1:5)])
for (case in names(scales)) {
  x <- scales[[case]]
  pairwise <- suppressWarnings(psych::alpha(x))
  note(case, "alpha_pairwise", "", pairwise$total$raw_alpha)
  note(case, "standardised_alpha_pairwise", "", pairwise$total$std.alpha)
  complete <- suppressWarnings(psych::alpha(na.omit(x)))
  note(case, "alpha", "", complete$total$raw_alpha)
  note(case, "standardised_alpha", "", complete$total$std.alpha)
  feldt <- alpha.ci(complete$total$raw_alpha, n.obs = nrow(na.omit(x)), n.var = 5, digits = 15)
  note(case, "feldt_low", "", feldt$lower.ci); note(case, "feldt_high", "", feldt$upper.ci)
  for (item in names(x)) {
    note(case, "dropped", item, complete$alpha.drop[item, "raw_alpha"])
    note(case, "rest", item, complete$item.stats[item, "r.drop"])
  }
  keyed <- suppressWarnings(psych::alpha(x, check.keys = TRUE, warnings = FALSE))
  note(case, "keyed_alpha_pairwise", "", keyed$total$raw_alpha)
  for (item in names(x)) note(case, "key", item, unlist(keyed$keys)[match(item, names(x))])
  one <- cfa(paste("f =~", paste(names(x), collapse = " + ")), data = na.omit(x), std.lv = TRUE)
  if (case != "unturned") {
    note(case, "omega", "", as.numeric(compRelSEM(one, obs.var = FALSE)))
    note(case, "omega_observed", "", as.numeric(compRelSEM(one, obs.var = TRUE)))
  }
}

schmid_leiman <- function(case, r, factors, fm) {
  found <- suppressWarnings(suppressMessages(
    omega(r, nfactors = factors, fm = fm, flip = FALSE, plot = FALSE)))
  note(case, "omega_hierarchical", "", found$omega_h)
  note(case, "omega_total", "", found$omega.tot)
  for (item in rownames(r)) note(case, "general", item, found$schmid$sl[item, "g"])
}
schmid_leiman("thurstone_minres", Thurstone, 3, "minres")
schmid_leiman("thurstone_ml", Thurstone, 3, "ml")
write.csv(round(Thurstone, 6), file.path(folder, "thurstone.csv"))
culture <- turn(na.omit(bfi[c(paste0("A", 1:5), paste0("C", 1:5), paste0("E", 1:5))]),
                c("A1", "C4", "C5", "E1", "E2"))
schmid_leiman("bfi_ace", cor(culture), 3, "minres")
schmid_leiman("holzinger", cor(HS[paste0("x", 1:9)]), 3, "minres")
schmid_leiman("bfi_two", cor(culture[, c(1:5, 11:15)]), 2, "minres")
write.csv(do.call(rbind, rows), file.path(folder, "reliability.csv"), row.names = FALSE,
          quote = FALSE)
