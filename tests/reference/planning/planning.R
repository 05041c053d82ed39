# Power of t tests and of shares (package stats), and the stratified mean of schools (package
# survey, apistrat). Run in this folder: Rscript planning.R; it writes planning.json.
suppressMessages(library(survey))

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

t2 <- function(n, delta, sd) power.t.test(n = n, delta = delta, sd = sd, strict = TRUE)$power
two <- expand.grid(n = c(5, 12, 60, 850), delta = c(1, 3, 8), sd = c(10, 19))
two$power <- mapply(t2, two$n, two$delta, two$sd)
paired <- expand.grid(n = c(8, 40, 300), delta = c(1, 4), sd = c(7, 15))
paired$power <- mapply(function(n, delta, sd) power.t.test(n = n, delta = delta, sd = sd,
  type = "paired", strict = TRUE)$power, paired$n, paired$delta, paired$sd)
small <- data.frame(n = c(12, 60, 180, 850), sd = 19)
small$delta <- sapply(small$n, function(n)
  power.t.test(n = n, sd = 19, power = 0.8, strict = TRUE, tol = 1e-12)$delta)
size <- data.frame(delta = c(2, 3, 5, 10), sd = 19)
size$n <- sapply(size$delta, function(d)
  power.t.test(delta = d, sd = 19, power = 0.8, strict = TRUE, tol = 1e-10)$n)
data(api)
design <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
mean <- svymean(~api00, design)
parts <- lapply(split(apistrat, apistrat$stype), function(d)
  list(n = nrow(d), population = d$fpc[1], sd = sd(d$api00)))
answer <- list(
  two_sample = two, paired = paired, smallest = small, size = size,
  apistrat = list(se = as.numeric(SE(mean)), df = degf(design), strata = parts,
    low = confint(mean, df = degf(design))[1], high = confint(mean, df = degf(design))[2]),
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))))
writeLines(json(answer), "planning.json")
