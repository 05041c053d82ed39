# Reference figures for analytics/trend, from data sets that ship with R.
# Run in this directory: Rscript trend.R   (R >= 4.0, package strucchange)
suppressMessages(library(strucchange))
out <- list(R = R.version.string)

## Nile: local level (Durbin & Koopman 2012, section 2.10.3: 15099 and 1469.1)
fit <- StructTS(Nile, "level", optim.control = list(factr = 1e2, pgtol = 0, maxit = 1000))
sm <- KalmanSmooth(Nile, list(T = matrix(1), Z = 1, h = fit$coef["epsilon"], V = matrix(fit$coef["level"]),
  a = Nile[1], P = matrix(1e9), Pn = matrix(1e9)))
out$nile <- list(
  y = as.numeric(Nile), level = unname(fit$coef["level"]), epsilon = unname(fit$coef["epsilon"]),
  smooth = as.numeric(sm$smooth[, 1]), var = as.numeric(sm$var[, 1, 1]))

## Nile: step in 1899 (dam at Aswan): ordinary regression, the level's own variance being 0
step <- as.numeric(time(Nile) >= 1899)
l <- lm(Nile ~ step)
out$nile_step <- list(effect = unname(coef(l)["step"]), se = sqrt(vcov(l)[2, 2]), sigma2 = summary(l)$sigma^2)

## Nile: F statistics for a break (strucchange)
fs <- Fstats(Nile ~ 1)
out$nile_break <- list(F = as.numeric(fs$Fstats), sup = max(fs$Fstats), first = time(fs$Fstats)[1],
  breakpoint = breakdates(breakpoints(fs)), p = sctest(fs)$p.value, sigma2 = summary(lm(Nile ~ 1))$sigma^2,
  rss0 = deviance(lm(Nile ~ 1)))

## a longer trend: continuous-time local linear trend at given deviations, R's Kalman smoother.
## (start variance 1e5: with 1e7 its smoother loses digits by cancellation)
## log10(UKgas) yearly sums, dt = 1
gas <- log10(as.numeric(aggregate(UKgas, FUN = sum))) * 100
qs <- 1.2^2; ql <- 0.8^2; h <- 0.5^2
mod <- list(T = matrix(c(1, 0, 1, 1), 2), Z = c(1, 0), h = h,
  V = matrix(c(ql + qs / 3, qs / 2, qs / 2, qs), 2), a = c(gas[1], 0), P = diag(1e5, 2), Pn = diag(1e5, 2))
ks <- KalmanSmooth(gas, mod)
out$gas <- list(y = gas, level_sd = 0.8, slope_sd = 1.2, se = 0.5,
  smooth = ks$smooth, var = cbind(ks$var[, 1, 1], ks$var[, 2, 2]))

## presidents: approval in per cent each quarter, some missing, each a sample of about 1500:
## the error of each wave is known and differs. Restricted likelihood by dense matrices.
y <- as.numeric(presidents); t <- (seq_along(y) - 1) / 4
se <- sqrt(y * (100 - y) / 1500)
dense <- function(sd, X, full = FALSE) {
  o <- !is.na(y)
  K <- sd^2 * outer(t, t, pmin)
  V <- K[o, o] + diag(se[o]^2)
  Vi <- solve(V); A <- t(X[o, ]) %*% Vi %*% X[o, ]
  b <- solve(A, t(X[o, ]) %*% Vi %*% y[o]); r <- y[o] - X[o, ] %*% b
  ll <- -0.5 * ((sum(o) - ncol(X)) * log(2 * pi) + determinant(V)$modulus + determinant(A)$modulus + t(r) %*% Vi %*% r)
  if (!full) return(as.numeric(ll))
  G <- K[, o] %*% Vi; D <- X - G %*% X[o, ]
  C <- K - G %*% K[o, ] + D %*% solve(A) %*% t(D)
  level <- X %*% b + G %*% r
  list(ll = as.numeric(ll), b = as.numeric(b), se_b = sqrt(diag(solve(A))), level = as.numeric(level),
    se = sqrt(diag(C)), change = as.numeric(level[120] - level[100]),
    se_change = sqrt(C[120, 120] + C[100, 100] - 2 * C[120, 100]))
}
one <- matrix(1, length(y), 1)
top <- optimize(function(s) dense(s, one), c(0, 60), maximum = TRUE, tol = 1e-10)$maximum
res <- dense(top, one, TRUE)
# the mean over the deviations that the likelihood leaves open: fine grid, flat prior
grid <- seq(0.05, 60, by = 0.1)
grid <- grid[sapply(grid, function(s) dense(s, one)) > res$ll - 12]
lls <- sapply(grid, function(s) dense(s, one)); w <- exp(lls - max(lls)); w <- w / sum(w)
last <- t(sapply(grid, function(s) { f <- dense(s, one, TRUE); c(f$level[120], f$se[120]^2, f$change, f$se_change^2) }))
m <- colSums(w * last[, c(1, 3)])
v <- c(sum(w * (last[, 2] + (last[, 1] - m[1])^2)), sum(w * (last[, 4] + (last[, 3] - m[2])^2)))
# a step at the resignation of August 1974: quarter 119 (1974 Q3) on
X <- cbind(1, as.numeric(seq_along(y) >= 119))
tops <- optimize(function(s) dense(s, X), c(0, 60), maximum = TRUE, tol = 1e-10)$maximum
stepped <- dense(tops, X, TRUE)
out$presidents <- list(y = y, se = se, sd = top, ll = res$ll, level = res$level, se_level = res$se,
  change = res$change, se_change = res$se_change, mean_level = m[1], mean_se = sqrt(v[1]),
  mean_change = m[2], mean_se_change = sqrt(v[2]),
  step_sd = tops, step = stepped$b[2], se_step = stepped$se_b[2], step_ll = stepped$ll)

## slope of the last four quarters, weights 1 / se^2
i <- which(!is.na(y)); i <- tail(i, 4)
l <- lm(y[i] ~ t[i], weights = 1 / se[i]^2)
out$slope <- list(per_year = unname(coef(l)[2]), se = sqrt(vcov(l)[2, 2]) / summary(l)$sigma,
  q = deviance(l), p = pchisq(deviance(l), 2, lower.tail = FALSE), se_birge = sqrt(vcov(l)[2, 2]))

## paired splice: sleepstudy-like public pairs: sleep (Student), with weights
old <- sleep$extra[sleep$group == 1]; new <- sleep$extra[sleep$group == 2]; ww <- c(1, 2, 1, 1, 3, 1, 2, 1, 1, 2)
d <- new - old; m <- sum(ww * d) / sum(ww)
out$paired <- list(old = old, new = new, weight = ww, se_plain = sd(d) / sqrt(10), delta_plain = mean(d),
  delta = m, se = sqrt(10 / 9 * sum((ww * (d - m))^2)) / sum(ww), cor = cor(old, new))
# linear equating of a new score of 2.0, normal errors (Kolen & Brennan 2014, random groups)
r <- sd(old) / sd(new); x <- 2.0
out$equating <- list(linked = mean(old) + r * (x - mean(new)),
  se = sqrt(var(old) * (1 / 10 + 1 / 10 + ((x - mean(new)) / sd(new))^2 * (0.5 / 9 + 0.5 / 9))))
json <- function(x) {
  if (is.list(x)) return(paste0("{", paste0('"', names(x), '": ', sapply(x, json), collapse = ", "), "}"))
  if (is.matrix(x)) return(paste0("[", paste(apply(x, 1, json), collapse = ", "), "]"))
  if (is.character(x)) return(paste0('"', x, '"'))
  text <- ifelse(is.na(x), "null", formatC(x, digits = 12, format = "g"))
  if (length(x) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}
writeLines(paste0("{", paste0('"', names(out), '": ', sapply(out, json), collapse = ",\n"), "}"), "trend.json")
