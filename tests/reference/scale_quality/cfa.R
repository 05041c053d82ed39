# Factor models and measurement invariance by lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/cfa.R
# Reads bfi.csv and holzinger.csv beside it (written by reliability.R); writes cfa.csv.
suppressMessages(library(lavaan))
folder <- "tests/reference/scale_quality"
HS <- read.csv(file.path(folder, "holzinger.csv"))
bfi <- read.csv(file.path(folder, "bfi.csv"))
for (i in c("A1", "C4", "C5", "E1", "E2", "O2", "O5")) bfi[[i]] <- 7 - bfi[[i]]
rows <- list()
note <- function(case, statistic, name, value)
  rows[[length(rows) + 1]] <<- data.frame(case, statistic, name, value = format(value, digits = 12))
measures <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper",
              "srmr")
three <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
five <- paste(sapply(c("A", "C", "E", "N", "O"), function(f)
  paste(f, "=~", paste0(f, 1:5, collapse = " + "))), collapse = "\n")
culture <- paste(sapply(c("A", "C", "E"), function(f)
  paste(f, "=~", paste0(f, 1:5, collapse = " + "))), collapse = "\n")
one <- "N =~ N1 + N2 + N3 + N4 + N5"

fit <- function(case, model, data, ...) {
  found <- cfa(model, data, std.lv = TRUE, ...)
  values <- fitMeasures(found)
  for (m in measures) note(case, m, "", values[[m]])
  robust <- suppressWarnings(cfa(model, data, std.lv = TRUE, estimator = "MLM", ...))
  values <- fitMeasures(robust)
  for (m in c("chisq.scaled", "chisq.scaling.factor", "cfi.robust", "tli.robust", "rmsea.robust",
              "rmsea.ci.lower.robust", "rmsea.ci.upper.robust"))
    note(case, m, "", values[[m]])
  invisible(list(found, robust))
}
tables <- function(case, pair) {
  for (k in 1:2) {
    s <- standardizedSolution(pair[[k]])
    u <- parameterEstimates(pair[[k]])
    suffix <- c("", "_robust")[k]
    l <- s[s$op == "=~", ]
    for (r in seq_len(nrow(l))) {
      note(case, "standardised", l$rhs[r], l$est.std[r])
      note(case, paste0("standardised_se", suffix), l$rhs[r], l$se[r])
    }
    l <- u[u$op == "=~", ]
    for (r in seq_len(nrow(l))) {
      note(case, "estimate", l$rhs[r], l$est[r]); note(case, paste0("se", suffix), l$rhs[r], l$se[r])
    }
    l <- s[s$op == "~~" & s$lhs != s$rhs, ]
    for (r in seq_len(nrow(l))) {
      note(case, "correlation", paste(l$lhs[r], l$rhs[r]), l$est.std[r])
      note(case, paste0("correlation_se", suffix), paste(l$lhs[r], l$rhs[r]), l$se[r])
    }
  }
}
tables("holzinger", fit("holzinger", three, HS))
tables("bfi_five", fit("bfi_five", five, bfi))
tables("bfi_one", fit("bfi_one", one, bfi))
invariance <- function(case, model, data, group) {
  steps <- list(configural = character(0), metric = "loadings", scalar = c("loadings", "intercepts"))
  for (step in names(steps)) {
    d <- data[!is.na(data[[group]]), ]
    pair <- fit(paste(case, step, sep = "_"), model, d, group = group, group.equal = steps[[step]])
    found <- pair[[1]]
    if (step == "scalar") {
      u <- parameterEstimates(found)
      m <- u[u$op == "~1" & u$lhs %in% lavNames(found, "lv") & u$group > 1, ]
      for (r in seq_len(nrow(m))) {
        note(case, "mean", paste(m$lhs[r], m$group[r]), m$est[r])
        note(case, "mean_se", paste(m$lhs[r], m$group[r]), m$se[r])
      }
      # how much freeing one item's intercept in all groups would gain (score test)
      pt <- parTable(found)
      for (item in lavNames(found, "ov")) {
        labels <- pt$plabel[pt$op == "~1" & pt$lhs == item]
        release <- which(with(pt[pt$op == "==", ], lhs %in% labels | rhs %in% labels))
        test <- lavTestScore(found, release = release)
        note(case, "score", item, test$test$X2)
      }
    }
  }
}
invariance("holzinger_school", three, HS, "school")
invariance("bfi_gender", culture, bfi, "gender")
invariance("bfi_education", culture, bfi, "education")
fit("holzinger_school_partial", three, HS, group = "school",
    group.equal = c("loadings", "intercepts"), group.partial = c("x3~1", "x7~1"))
out <- unique(do.call(rbind, rows))
write.csv(out, file.path(folder, "cfa.csv"), row.names = FALSE, quote = FALSE)
