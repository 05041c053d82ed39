# R 4, base. R-indicators of a staff that was invited in full, person by person, by the formulas of
# Schouten, Cobben and Bethlehem (2009), Schouten, Shlomo and Skinner (2011), Shlomo, Skinner and
# Schouten (2012) and the RISQ manual 2.1 (De Heij, Schouten and Shlomo 2015), with weights of 1 and
# everybody sampled, so that the terms of a sampling error are 0.
#   Rscript indicators.R    reads groups.csv (people who are alike), writes indicators.json
groups <- read.csv("groups.csv", colClasses = c("character", "character", "character", "numeric", "numeric"))
persons <- groups[rep(seq_len(nrow(groups)), groups$invited), ]
persons$yes <- unlist(mapply(function(a, n) rep(c(1, 0), c(a, n - a)), groups$answered, groups$invited))
variables <- c("region", "kind", "size")
ml <- function(x, y) crossprod(sweep(x, 2, colMeans(x)), sweep(y, 2, colMeans(y))) / nrow(x)
tr <- function(m) sum(diag(m))
fitted_model <- function(names) {
  fit <- glm(reformulate(names, "yes"), binomial, persons, epsilon = 1e-14)
  p <- fitted(fit)
  z <- p * (1 - p) * model.matrix(fit)
  s <- vcov(fit)
  n <- length(p)
  v <- var(p)
  bias <- sum(rowSums((z %*% s) * z)) / n
  a <- ml(z, cbind(p)); b <- ml(z, z)
  list(p = p, z = z, s = s, v = v, n = n, kept = max(1 - bias / v, 0),
       se = sqrt((4 * t(a) %*% s %*% a + 2 * tr(b %*% s %*% b %*% s)) / (v * (n - 1) / n))[1])
}
whole <- fitted_model(variables)
out <- list(r = 1 - 2 * sqrt(whole$v * whole$kept), unadjusted = 1 - 2 * sqrt(whole$v), se = whole$se)
mean_in <- function(x, cells) ave(x, cells, FUN = mean)
for (name in variables) {
  own <- persons[[name]]
  pm <- tapply(whole$p, own, mean); n <- tapply(whole$p, own, length)
  alone <- sqrt(n / whole$n) * (pm - mean(whole$p))
  others <- interaction(persons[setdiff(variables, name)], drop = TRUE)
  d <- whole$p - mean_in(whole$p, others)
  zd <- apply(whole$z, 2, function(x) x - mean_in(x, others))
  within <- tapply(d^2, own, sum)
  within_se <- sapply(names(within), function(k) {
    zk <- zd[own == k, , drop = FALSE]; dk <- d[own == k]
    a <- crossprod(zk, dk); b <- crossprod(zk)
    sqrt((4 * t(a) %*% whole$s %*% a + 2 * tr(b %*% whole$s %*% b %*% whole$s)) / 4 / (whole$n * sum(dk^2)))[1]
  })
  out[[name]] <- c(unconditional = sqrt(sum(alone^2) * whole$kept), unconditional_se = fitted_model(name)$se / 2,
                   conditional = sqrt(sum(within) / whole$n * whole$kept))
  out[[paste0(name, "_alone")]] <- alone
  out[[paste0(name, "_within")]] <- sqrt(within / whole$n)
  out[[paste0(name, "_within_se")]] <- within_se
}
show <- function(x) if (is.null(names(x))) sprintf("%.12g", x) else
  paste0("{", paste(sprintf('"%s": %.12g', names(x), x), collapse = ", "), "}")
cat("{", paste(sprintf('"%s": %s', names(out), sapply(out, show)), collapse = ",\n "), "}\n", sep = "", file = "indicators.json")
