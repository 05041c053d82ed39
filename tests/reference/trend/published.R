# Trends from a table of published means: dates, estimates and errors, nothing else.
# Run in this directory: Rscript published.R   (R >= 4.0, package jsonlite; two minutes)
# Dense matrices and sums over a fine grid of deviations with a flat prior; no filter, no package.
library(jsonlite)
table <- read.csv("published.csv"); table$date <- as.Date(table$date)

wander <- function(t, level, slope) { o <- outer(t, t, pmin); h <- outer(t, t, pmax)
  level^2 * o + slope^2 * o^2 * (3 * h - o) / 6 }
at <- function(y, se, t, X, level, slope) {
  K <- wander(t, level, slope); V <- K + diag(se^2); Vi <- solve(V); A <- t(X) %*% Vi %*% X
  b <- solve(A, t(X) %*% Vi %*% y); r <- y - X %*% b
  list(ll = -0.5 * (as.numeric(determinant(V)$modulus + determinant(A)$modulus) + sum(r * (Vi %*% r))),
    K = K, Vi = Vi, Ai = solve(A), b = b, r = r) }
# L: what of X is part of the level; since: the row that the change is counted from
averaged <- function(y, se, t, X, L, since, level, slope) {
  grid <- expand.grid(level = level, slope = slope)
  fits <- lapply(seq_len(nrow(grid)), function(i) at(y, se, t, X, grid$level[i], grid$slope[i]))
  w <- sapply(fits, function(f) f$ll); w <- exp(w - max(w)); kept <- which(w > 1e-8); w <- w[kept] / sum(w[kept])
  one <- sapply(fits[kept], function(f) {
    G <- f$K %*% f$Vi; D <- L - G %*% X; C <- f$K - G %*% f$K + D %*% f$Ai %*% t(D); m <- L %*% f$b + G %*% f$r
    pick <- replace(numeric(length(y)), c(length(y), since), c(1, -1))
    c(m, sum(pick * m), f$b, diag(C), t(pick) %*% C %*% pick, diag(f$Ai)) })
  half <- nrow(one) / 2; mean <- as.numeric(one[1:half, ] %*% w)
  var <- as.numeric(one[half + 1:half, ] %*% w + (one[1:half, ] - mean)^2 %*% w)
  n <- length(y)
  list(level = mean[1:n], se_level = sqrt(var[1:n]), change = mean[n + 1], se_change = sqrt(var[n + 1]),
    b = mean[-(1:(n + 1))], se_b = sqrt(var[-(1:(n + 1))])) }

none <- 0; fine <- seq(0.01, 30, by = 0.02)
out <- list()
for (name in unique(table$measure)) {
  d <- table[table$measure == name, ]; n <- nrow(d); y <- d$mean; se <- d$se
  t <- as.numeric(d$date - d$date[1]) / 365.25
  since <- which.min(abs(t[n] - t[-n] - 1)); one <- matrix(1, n, 1); line <- cbind(1, t)
  part <- (as.numeric(format(d$date, "%m")) - 1) %/% 3 + 1
  season <- sapply(1:3, function(q) (part == q) - (part == 4))
  event <- cbind(as.numeric(d$date >= as.Date("2023-07-01")), as.numeric(seq_len(n) == which(d$date >= as.Date("2025-01-15"))[1]))
  flat <- function(M) M * 0
  out[[name]] <- list(
    level = averaged(y, se, t, one, one, since, fine, none),
    smooth = averaged(y, se, t, line, line, since, none, seq(0.1, 600, by = 0.2)),
    season = averaged(y, se, t, cbind(one, season), cbind(one, flat(season)), since, fine, none),
    events = averaged(y, se, t, cbind(one, event), cbind(one, event), since, fine, none))
}
write_json(out, "published.json", digits = 10, auto_unbox = TRUE)
