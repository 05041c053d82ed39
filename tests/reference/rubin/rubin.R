# Rubin's rules by mice::pool on the package's own nhanes (25 persons, 5 imputations), and
# mice::pool.scalar with few, many and unlimited degrees of freedom.
# Run in this folder: Rscript rubin.R; it writes rubin.json.
suppressMessages(library(mice))

json <- function(x) {
  if (is.null(x)) return("null")
  if (is.matrix(x)) return(json(lapply(seq_len(nrow(x)), function(i) unname(x[i, ]))))
  if (is.data.frame(x)) return(json(lapply(seq_len(nrow(x)), function(i) as.list(x[i, ]))))
  if (is.list(x)) {
    parts <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ",\n"), "]"))
    return(paste0("{", paste0('"', names(x), '": ', parts, collapse = ", "), "}"))
  }
  one <- if (is.character(x)) paste0('"', x, '"') else
    ifelse(is.finite(x), formatC(as.numeric(x), digits = 17, format = "g"), "null")
  if (length(x) == 1) one else paste0("[", paste(one, collapse = ", "), "]")
}

imp <- mice(nhanes, m = 5, seed = 20210101, printFlag = FALSE)
fits <- with(imp, lm(bmi ~ age + hyp + chl))
pooled <- pool(fits)
s <- summary(pooled, conf.int = TRUE)
scalar <- function(Q, U, n, k) {
  p <- pool.scalar(Q, U, n = n, k = k)
  list(estimates = Q, variances = U, complete_df = if (is.finite(n)) n - k else NULL,
    estimate = p$qbar, within = p$ubar, between = p$b, total = p$t, df = p$df, riv = p$r,
    fmi = p$fmi)
}
set.seed(7)
cases <- list(
  scalar(rnorm(5, 60, 1), runif(5, 1, 2), 40, 2),
  scalar(rnorm(20, 60, 3), runif(20, 1, 2), 1000, 1),
  scalar(rnorm(3, 60, 0.5), runif(3, 4, 5), Inf, 1))
answer <- list(
  nhanes = list(
    terms = as.character(s$term),
    estimates = t(sapply(fits$analyses, coef)),
    variances = t(sapply(fits$analyses, function(f) diag(vcov(f)))),
    complete_df = df.residual(fits$analyses[[1]]),
    estimate = s$estimate, se = s$std.error, df = s$df, low = s[["2.5 %"]], high = s[["97.5 %"]],
    p = s$p.value, lambda = pooled$pooled$lambda, fmi = pooled$pooled$fmi,
    riv = pooled$pooled$riv, between = pooled$pooled$b, within = pooled$pooled$ubar),
  scalar = cases,
  versions = list(R = as.character(getRversion()), mice = as.character(packageVersion("mice"))))
writeLines(json(answer),
  "rubin.json")
