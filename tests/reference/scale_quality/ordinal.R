# Factor models of graded answers by lavaan (WLSMV). From the repository's root:
#   Rscript tests/reference/scale_quality/ordinal.R
# Reads bfi.csv beside it (written by reliability.R); writes ordinal.csv.
suppressMessages(library(lavaan))
folder <- "tests/reference/scale_quality"
bfi <- read.csv(file.path(folder, "bfi.csv"))
for (i in c("A1", "C4", "C5", "E1", "E2")) bfi[[i]] <- 7 - bfi[[i]]
rows <- list()
note <- function(case, statistic, name, value)
  rows[[length(rows) + 1]] <<- data.frame(case, statistic, name, value = format(value, digits = 12))
culture <- paste(sapply(c("A", "C", "E"), function(f)
  paste(f, "=~", paste0(f, 1:5, collapse = " + "))), collapse = "\n")
items <- paste0(rep(c("A", "C", "E"), each = 5), 1:5)
measures <- c("chisq", "df", "cfi", "tli", "rmsea", "srmr", "chisq.scaled", "cfi.scaled",
              "tli.scaled", "rmsea.scaled", "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled")
fit <- function(case, ...) {
  found <- cfa(culture, bfi, std.lv = TRUE, ordered = items, ...)
  values <- fitMeasures(found)
  for (m in measures) note(case, m, "", values[[m]])
  s <- standardizedSolution(found)
  l <- s[s$op == "=~", ]
  group <- if (is.null(l$group)) 1 else l$group
  for (r in seq_len(nrow(l))) {
    note(case, "standardised", paste(l$rhs[r], group[r]), l$est.std[r])
    note(case, "standardised_se", paste(l$rhs[r], group[r]), l$se[r])
  }
  u <- parameterEstimates(found)
  m <- u[u$op == "~1" & u$lhs %in% c("A", "C", "E"), ]
  if (!is.null(m$group)) for (r in which(m$group > 1)) {
    note(case, "mean", m$lhs[r], m$est[r]); note(case, "mean_se", m$lhs[r], m$se[r])
  }
  found
}
one <- fit("single")
gamma <- lavTech(one, "gamma")[[1]]
for (k in c(1, 30, 76, 100, 150)) note("single", "gamma", k, gamma[k, k])
invisible(fit("configural", group = "gender"))
invisible(fit("metric", group = "gender", group.equal = "loadings"))
invisible(fit("scalar", group = "gender", group.equal = c("loadings", "thresholds")))
write.csv(do.call(rbind, rows), file.path(folder, "ordinal.csv"), row.names = FALSE, quote = FALSE)
