# Robust and missing-data factor models by lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/robust.R
# Reads bfi.csv and holzinger.csv; writes holes.csv (Holzinger and Swineford's pupils of whom some
# answers are taken away at random given x1 and x7) and robust.csv.
suppressMessages(library(lavaan))
folder <- "tests/reference/scale_quality"
bfi <- read.csv(file.path(folder, "bfi.csv"))
for (i in c("A1", "C4", "C5", "E1", "E2")) bfi[[i]] <- 7 - bfi[[i]]
HS <- read.csv(file.path(folder, "holzinger.csv"))
set.seed(2026)
holes <- HS
for (i in paste0("x", c(2, 3, 5, 6, 8, 9))) {
  p <- plogis(-1.6 + 0.6 * as.numeric(scale(HS$x1)) - 0.5 * as.numeric(scale(HS$x7)))
  holes[[i]][runif(nrow(HS)) < p] <- NA
}
holes[5, paste0("x", 1:9)] <- NA
holes[7, paste0("x", c(1, 3:9))] <- NA
write.csv(holes, file.path(folder, "holes.csv"), row.names = FALSE, quote = FALSE)
model <- function(factors) paste(names(factors), "=~", sapply(factors, paste, collapse = " + "),
                                 collapse = "\n")
three <- model(list(visual = c("x1", "x2", "x3"), textual = c("x4", "x5", "x6"),
                    speed = c("x7", "x8", "x9")))
two <- model(list(A = paste0("A", 1:5), C = paste0("C", 1:5)))
rows <- list()
note <- function(case, statistic, name, value)
  rows[[length(rows) + 1]] <<- data.frame(case, statistic, name, value = format(value, digits = 12))
measures <- c("npar", "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower",
              "rmsea.ci.upper", "srmr", "srmr_bentler_nomean", "chisq.scaled", "pvalue.scaled",
              "chisq.scaling.factor", "cfi.scaled", "tli.scaled", "rmsea.scaled",
              "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "cfi.robust", "tli.robust",
              "rmsea.robust", "rmsea.ci.lower.robust", "rmsea.ci.upper.robust")
fit <- function(case, model, data, estimator, ...) {
  found <- cfa(model, data, std.lv = TRUE, meanstructure = TRUE, estimator = estimator,
               em.h1.iter.max = 20000L, em.h1.tol = 1e-12, ...)
  values <- fitMeasures(found)
  for (m in intersect(measures, names(values))) note(case, m, "", values[[m]])
  u <- parameterEstimates(found)
  u <- u[u$op %in% c("=~", "~~", "~1"), ]
  if (!"group" %in% names(u)) u$group <- 1
  s <- standardizedSolution(found)
  s <- s[s$op %in% c("=~", "~~", "~1"), ]
  for (r in seq_len(nrow(u))) {
    name <- paste(u$group[r], u$lhs[r], u$op[r], u$rhs[r])
    note(case, "estimate", name, u$est[r])
    note(case, "se", name, u$se[r])
    if (u$op[r] == "=~" || (u$op[r] == "~~" && u$lhs[r] != u$rhs[r])) {
      note(case, "standardised", name, s$est.std[r])
      note(case, "standardised_se", name, s$se[r])
    }
  }
  invisible(found)
}
steps <- list(configural = character(0), metric = "loadings", scalar = c("loadings", "intercepts"))
climb <- function(case, model, data, estimator, group, ...) {
  data <- data[!is.na(data[[group]]), ]
  found <- lapply(names(steps), function(step)
    fit(paste(case, step, sep = "_"), model, data, estimator, group = group,
        group.equal = steps[[step]], ...))
  method <- if (estimator == "ML") "default" else "satorra.bentler.2001"
  for (k in 2:3) {
    test <- lavTestLRT(found[[k - 1]], found[[k]], method = method)
    note(case, "difference_p", names(steps)[k], test[2, "Pr(>Chisq)"])
  }
}
fit("holzinger_mlr", three, HS, "MLR")
fit("bfi_mlr", two, bfi, "MLR")
climb("holzinger_mlr_school", three, HS, "MLR", "school")
climb("bfi_mlr_gender", two, bfi, "MLR", "gender")
for (estimator in c("ML", "MLR")) {
  name <- tolower(estimator)
  fit(paste0("holes_fiml_", name), three, holes, estimator, missing = "fiml")
  fit(paste0("bfi_fiml_", name), two, bfi, estimator, missing = "fiml")
  climb(paste0("holes_fiml_", name, "_school"), three, holes, estimator, "school", missing = "fiml")
  climb(paste0("bfi_fiml_", name, "_gender"), two, bfi, estimator, "gender", missing = "fiml")
}
bfi$w <- 1 + (bfi$age %% 7) / 3
fit("bfi_mlr_weighted", two, bfi, "MLR", sampling.weights = "w")
fit("bfi_fiml_mlr_weighted", two, bfi, "MLR", sampling.weights = "w", missing = "fiml")
fit("bfi_mlr_clustered", two, bfi, "MLR", cluster = "age")
fit("bfi_fiml_mlr_clustered", two, bfi, "MLR", cluster = "age", missing = "fiml")
write.csv(do.call(rbind, rows), file.path(folder, "robust.csv"), row.names = FALSE, quote = FALSE)
