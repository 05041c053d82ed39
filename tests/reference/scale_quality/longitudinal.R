# Longitudinal invariance by lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/longitudinal.R
# Writes occasions.csv (generated: 500 persons, three waves, two factors of three items; the less
# somebody agreed, the likelier it is that the next waves are missing) and longitudinal.csv.
suppressMessages(library(lavaan))
folder <- "tests/reference/scale_quality"
set.seed(1917)
n <- 500; waves <- 1:3
loading <- c(0.9, 0.7, 0.8, 0.8, 0.6, 0.9); level <- c(3.4, 3.0, 3.6, 2.8, 3.2, 3.1)
person <- matrix(rnorm(2 * n), n) %*% chol(matrix(c(0.6, 0.25, 0.25, 0.6), 2))
lasting <- matrix(rnorm(6 * n, sd = 0.35), n)
long <- do.call(rbind, lapply(waves, function(w) {
  now <- person + matrix(rnorm(2 * n), n) %*% chol(matrix(c(0.4, 0.1, 0.1, 0.4), 2)) + 0.15 * (w - 1)
  y <- sapply(1:6, function(i) level[i] + loading[i] * now[, (i > 3) + 1] + lasting[, i] +
    rnorm(n, sd = 0.5) + 0.35 * (i == 5) * (w == 3))
  data.frame(person = 1:n, wave = w, round(y, 3))
}))
names(long)[-(1:2)] <- items <- c(paste0("a", 1:3), paste0("b", 1:3))
first <- rowMeans(long[long$wave == 1, items])
gone2 <- runif(n) < plogis(-1.5 - 1.2 * (first - mean(first)))
gone3 <- gone2 & runif(n) < 0.7 | runif(n) < plogis(-2 - (first - mean(first)))
long <- long[!(long$wave == 2 & gone2) & !(long$wave == 3 & gone3), ]
for (i in items) long[[i]][runif(nrow(long)) < 0.04] <- NA
write.csv(long, file.path(folder, "occasions.csv"), row.names = FALSE, quote = FALSE, na = "")
wide <- reshape(long, idvar = "person", timevar = "wave", direction = "wide", sep = "_")
text <- function(step, free = NULL) {
  lines <- c()
  for (w in waves) for (f in c("a", "b")) {
    own <- paste0(f, 1:3)
    label <- if (step == "configural") "" else paste0("l", own, " * ")
    lines <- c(lines, paste0(f, "_", w, " =~ ", paste0("NA * ", own, "_", w, " + ", label, own, "_",
      w, collapse = " + ")))
    lines <- c(lines, paste0(f, "_", w, " ~~ ",
      if (w == 1 || step == "configural") "1" else "NA", " * ", f, "_", w))
    lines <- c(lines, paste0(f, "_", w, " ~ ",
      if (w > 1 && step == "scalar") "NA" else "0", " * 1"))
    for (i in own) {
      label <- if (step == "scalar" && !i %in% free) paste0("t", i, " * ") else ""
      lines <- c(lines, paste0(i, "_", w, " ~ ", label, "1"))
    }
  }
  for (i in items) for (v in 1:2) for (w in (v + 1):3)
    lines <- c(lines, paste0(i, "_", v, " ~~ ", i, "_", w))
  paste(lines, collapse = "\n")
}
rows <- list()
note <- function(case, statistic, name, value)
  rows[[length(rows) + 1]] <<- data.frame(case, statistic, name, value = format(value, digits = 12))
measures <- c("npar", "chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "chisq.scaled",
              "chisq.scaling.factor", "cfi.robust", "rmsea.robust")
for (kind in c("listwise", "fiml")) {
  found <- list()
  for (step in c("configural", "metric", "scalar", "partial")) {
    model <- if (step == "partial") text("scalar", "b2") else text(step)
    one <- lavaan(model, wide, meanstructure = TRUE, auto.var = TRUE, auto.cov.lv.x = TRUE,
                  estimator = if (kind == "fiml") "MLR" else "ML", missing = kind,
                  em.h1.iter.max = 20000L, em.h1.tol = 1e-12)
    found[[step]] <- one
    values <- fitMeasures(one)
    case <- paste(kind, step, sep = "_")
    for (m in intersect(measures, names(values))) note(case, m, "", values[[m]])
    u <- parameterEstimates(one)
    u <- u[u$op == "=~" | (u$op == "~1" & grepl("^[ab]_", u$lhs)), ]
    for (r in seq_len(nrow(u))) {
      note(case, "estimate", paste(u$lhs[r], u$op[r], u$rhs[r]), u$est[r])
      note(case, "se", paste(u$lhs[r], u$op[r], u$rhs[r]), u$se[r])
    }
    pt <- parTable(one)
    held <- pt[pt$op == "==", ]
    for (r in seq_len(nrow(held))) {
      test <- suppressWarnings(lavTestScore(one, release = r))
      row <- pt[pt$plabel == held$rhs[r], ]
      note(case, "score", paste(row$lhs, row$op, row$rhs), test$test$X2)
    }
  }
  method <- if (kind == "fiml") "satorra.bentler.2001" else "default"
  for (k in 2:3) note(kind, "difference_p", names(found)[k],
    lavTestLRT(found[[k - 1]], found[[k]], method = method)[2, "Pr(>Chisq)"])
}
write.csv(do.call(rbind, rows), file.path(folder, "longitudinal.csv"), row.names = FALSE,
          quote = FALSE)
