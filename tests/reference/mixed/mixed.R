# Mixed models of change: lme4 and lmerTest, and what they do not give by dense matrices.
# Run in this directory: Rscript mixed.R   (packages lme4, lmerTest, nlme, jsonlite)
suppressMessages({library(lme4); library(lmerTest); library(nlme); library(jsonlite)})
ver <- function(p) as.character(packageVersion(p))
out <- list(R = R.version.string, lme4 = ver("lme4"), lmerTest = ver("lmerTest"), nlme = ver("nlme"))

## a panel: 24 units, 4 waves, people who stay, join, leave and (a few) move; weights
set.seed(11)
people <- 260; units <- 24
home <- sample(units, people, TRUE, prob = runif(units, .3, 1)); pe <- rnorm(people, 0, 9)
ue <- rnorm(units, 0, 4); uw <- matrix(rnorm(units * 4, 0, 3), units)
rows <- do.call(rbind, lapply(1:people, function(i) {
  w <- which(runif(4) < .65); if (!length(w)) return(NULL)
  u <- rep(home[i], length(w)); if (i %% 17 == 0 && length(w) > 1) u[length(w)] <- 1 + (home[i] %% units)
  data.frame(person = i, unit = u, wave = w)
}))
rows$score <- round(60 + c(0, 1, -2, 2.5)[rows$wave] + pe[rows$person] + ue[rows$unit] + uw[cbind(rows$unit, rows$wave)] + rnorm(nrow(rows), 0, 8), 1)
rows$weight <- round(runif(nrow(rows), .4, 2.5) * (1 + (rows$unit %% 3)), 2)
rows$flat <- round(60 + c(0, 1, -2, 2.5)[rows$wave] + pe[rows$person] + rnorm(nrow(rows), 0, 8), 1)
rows$stratum <- rows$unit %% 4
write.csv(rows, "panel.csv", row.names = FALSE)

# the four best-known data sets with a factor that every subject meets
oats <- data.frame(unit = as.character(Oats$Block), wave = as.integer(round(Oats$nitro * 10)), person = paste(Oats$Block, Oats$Variety), score = Oats$yield)
machines <- data.frame(unit = as.character(Machines$Worker), wave = as.integer(Machines$Machine), score = Machines$score)
teeth <- data.frame(person = as.character(Orthodont$Subject), wave = Orthodont$age, score = Orthodont$distance)
for (n in c("oats", "machines", "teeth")) write.csv(get(n), paste0(n, ".csv"), row.names = FALSE)

ctl <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = .02, rhoend = 1e-12, maxfun = 1e5), check.conv.singular = "ignore", calc.derivs = FALSE)
comp <- list(person = ~ (1 | person), unit = ~ (1 | unit), cell = ~ (1 | unit:wave))

told <- function(d, parts, REML = TRUE, weights = FALSE, dense = TRUE, profile = FALSE, y = "score") {
  d$wave <- factor(d$wave); d$y <- d[[y]]
  d$w <- if (weights) ave(d$weight, d$wave, FUN = function(x) x / mean(x)) else 1
  f <- as.formula(paste("y ~ 0 + wave +", paste(c(person = "(1|person)", unit = "(1|unit)", cell = "(1|unit:wave)")[parts], collapse = " + ")))
  fit <- lmerTest::lmer(f, d, REML = REML, weights = w, control = ctl)
  vc <- as.data.frame(VarCorr(fit))
  name <- c("person" = "person", "unit" = "unit", "unit:wave" = "cell", "Residual" = "residual")
  res <- list(variance = setNames(as.list(vc$vcov), name[vc$grp]), beta = unname(fixef(fit)), vcov = as.matrix(vcov(fit)), criterion = as.numeric(REMLcrit(fit)))
  if (!REML) res$criterion <- as.numeric(-2 * logLik(fit))
  k <- length(fixef(fit)); L <- cbind(-diag(k - 1), 0); L[cbind(1:(k - 1), 2:k)] <- 1
  if (REML) {
    s <- contest(fit, L, joint = FALSE)
    res$change <- s$Estimate; res$change_se <- s$`Std. Error`; res$df <- s$df
  }
  if (profile) {
    pr <- suppressWarnings(profile(fit, which = "theta_", signames = FALSE, devtol = 1e-6))
    ci <- confint(pr); res$profile <- setNames(lapply(rownames(ci), function(r) unname(ci[r, ])), rownames(ci))
  }
  if (dense) {
    # best linear unbiased predictions and their errors by V itself, at lme4's variances
    X <- model.matrix(~ 0 + wave, d); Z <- list(); v <- list()
    for (p in parts) { g <- if (p == "cell") interaction(d$unit, d$wave, drop = TRUE, sep = "|") else factor(d[[p]]); Z[[p]] <- model.matrix(~ 0 + g); colnames(Z[[p]]) <- levels(g); v[[p]] <- res$variance[[p]] }
    V <- Reduce(`+`, lapply(parts, function(p) v[[p]] * tcrossprod(Z[[p]])), diag(res$variance$residual / d$w))
    Vi <- solve(V); Phi <- solve(t(X) %*% Vi %*% X); b <- Phi %*% t(X) %*% Vi %*% d$y; e <- d$y - X %*% b
    res$score_vcov <- {
      sc <- rowsum(X * as.numeric(Vi %*% e), if ("unit" %in% parts) d$unit else d$person); m <- nrow(sc)
      Phi %*% (m / (m - 1) * crossprod(sc)) %*% Phi }
    if (all(c("unit", "cell") %in% parts)) {
      lev <- colnames(Z$cell); own <- list()
      for (u in sort(unique(as.character(d$unit)))) for (t in 2:k) {
        a <- paste(u, levels(d$wave)[t - 1], sep = "|"); z <- paste(u, levels(d$wave)[t], sep = "|")
        if (!(a %in% lev && z %in% lev)) next
        l <- rep(0, k); l[t] <- 1; l[t - 1] <- -1
        q <- rep(0, length(lev)); q[match(z, lev)] <- 1; q[match(a, lev)] <- -1
        g <- v$cell * Z$cell %*% q                      # covariance of the answers with the unit's own part
        value <- sum(l * b) + as.numeric(t(g) %*% Vi %*% e)
        h <- l - t(X) %*% Vi %*% g
        mse <- v$cell * sum(q^2) - as.numeric(t(g) %*% Vi %*% g) + as.numeric(t(h) %*% Phi %*% h)
        own[[length(own) + 1]] <- list(unit = u, from = levels(d$wave)[t - 1], to = levels(d$wave)[t], value = value, se = sqrt(max(mse, 0)))
      }
      res$own <- own
    }
  }
  res
}

# profile of the restricted likelihood, by dense matrices: what lme4 does for ML alone
reml_profile <- function(d, parts, variance) {
  d$wave <- factor(d$wave); X <- model.matrix(~ 0 + wave, d); y <- d$score
  S <- lapply(parts, function(p) tcrossprod(model.matrix(~ 0 + g, list(g = if (p == "cell") interaction(d$unit, d$wave, drop = TRUE) else factor(d[[p]])))))
  crit <- function(s) { # standard deviations, of the residual last
    V <- Reduce(`+`, Map(function(a, b) a^2 * b, s[-length(s)], S), diag(s[length(s)]^2, length(y)))
    R <- chol(V); Xs <- backsolve(R, X, transpose = TRUE); ys <- backsolve(R, y, transpose = TRUE); q <- qr(Xs)
    2 * sum(log(diag(R))) + 2 * sum(log(abs(diag(qr.R(q))))) + sum(qr.resid(q, ys)^2) + (length(y) - ncol(X)) * log(2 * pi)
  }
  top <- sqrt(c(unlist(variance[parts]), variance$residual)); best <- crit(top)
  at <- function(k, value) {
    f <- function(r) { s <- top; s[-k] <- r; s[k] <- value; crit(s) }
    o <- lapply(list(top[-k], top[-k] / 2 + .5), function(start) nlminb(start, f, lower = c(rep(0, length(top) - 2), .01)[seq_along(start)], control = list(rel.tol = 1e-14, eval.max = 2000, iter.max = 1000)))
    min(sapply(o, `[[`, "objective")) - best - qchisq(.95, 1)
  }
  lapply(setNames(seq_along(top), c(parts, "residual")), function(k) {
    low <- if (k < length(top) && at(k, 0) < 0) 0 else uniroot(function(s) at(k, s), c(if (k < length(top)) 0 else top[k] / 4, top[k]), tol = 1e-7)$root
    c(low, uniroot(function(s) at(k, s), c(top[k], top[k] * 2 + 1), tol = 1e-7, extendInt = "upX")$root)
  })
}

all <- c("person", "unit", "cell")
out$oats <- told(oats, all)
out$oats_two <- told(oats, c("person", "unit"))
out$machines <- told(machines, c("unit", "cell"))
out$teeth <- told(teeth, "person")
out$panel <- told(rows, all)
out$panel_units <- told(rows, c("unit", "cell"))
out$weighted <- told(rows, all, weights = TRUE)
out$flat <- told(rows, all, y = "flat")
out$panel_ml <- told(rows, all, REML = FALSE, dense = FALSE, profile = TRUE)
out$machines_ml <- told(machines, c("unit", "cell"), REML = FALSE, dense = FALSE, profile = TRUE)
out$teeth_ml <- told(teeth, "person", REML = FALSE, dense = FALSE, profile = TRUE)
out$machines$profile <- reml_profile(machines, c("unit", "cell"), out$machines$variance)
out$teeth$profile <- reml_profile(teeth, "person", out$teeth$variance)
out$oats$profile <- reml_profile(oats, all, out$oats$variance)
# the same by nlme, which maximises in another way
n <- lme(score ~ 0 + factor(wave), machines, random = ~ 1 | unit / wave, control = lmeControl(msTol = 1e-12, tolerance = 1e-12, returnObject = TRUE))
out$machines$nlme <- list(variance = as.numeric(VarCorr(n)[c(2, 4, 5), 1]), beta = unname(fixef(n)))
write_json(out, "mixed.json", digits = 15, auto_unbox = TRUE, na = "null")
