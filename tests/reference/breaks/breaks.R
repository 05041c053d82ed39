# Several breaks in a series and intervals of their dates, from data sets that ship with R.
# Run in this directory: Rscript breaks.R   (packages strucchange, jsonlite)
suppressMessages({library(strucchange); library(jsonlite)})
out <- list(R = R.version.string, strucchange = as.character(packageVersion("strucchange")))

told <- function(y, x, h, breaks = NULL, w = rep(1, length(y))) {
  # weights as least squares has them: rows times the root of the weight
  r <- sqrt(w); yw <- y * r; xw <- x * r
  bp <- if (is.null(breaks)) breakpoints(yw ~ 0 + xw, h = h) else breakpoints(yw ~ 0 + xw, h = h, breaks = breaks)
  most <- ncol(bp$RSS.table) / 2
  rss <- c(bp$RSS(1, length(y)), sapply(1:most, function(m) breakpoints(bp, breaks = m)$RSS))
  all <- lapply(1:most, function(m) breakpoints(bp, breaks = m)$breakpoints)
  bic <- summary(bp)$RSS["BIC", ]
  ends <- bp$breakpoints
  part <- if (all(is.na(ends))) list(ends = I(numeric(0)), low = I(numeric(0)), high = I(numeric(0))) else {
    ci <- suppressWarnings(confint(bp))$confint
    list(ends = I(unname(ci[, 2])), low = I(unname(ci[, 1])), high = I(unname(ci[, 3])))
  }
  f <- factor(findInterval(seq_along(y), c(if (all(is.na(ends))) NULL else ends + 1)))
  fit <- if (ncol(x) == 1) (if (nlevels(f) > 1) lm(y ~ 0 + f, weights = w) else lm(y ~ 1, weights = w)) else NULL
  c(list(y = y, x = x[, ncol(x)], w = w, h = h, rss = rss, bic = unname(bic), all = lapply(all, I)), part,
    if (!is.null(fit)) list(coef = I(unname(coef(fit))), se = I(unname(sqrt(diag(vcov(fit)))))))
}
one <- function(y) matrix(1, length(y), 1)
out$nile <- told(as.numeric(Nile), one(Nile), 15)
out$nile2 <- told(as.numeric(Nile), one(Nile), 15, 2)
data("USIncExp"); data("RealInt"); data("UKDriverDeaths"); data("durab")
out$realint <- told(as.numeric(RealInt), one(RealInt), 15)
d <- as.numeric(durab[, "y"]); out$durab <- told(d, one(d), 60)
s <- as.numeric(aggregate(log(UKDriverDeaths), 4, mean)); out$seatbelt <- told(s, one(s), 9)
g <- as.numeric(log(aggregate(UKgas, 1, sum))); t <- seq_along(g); out$gas_line <- told(g, cbind(1, t), 4)
# unequal weights: approval of presidents, an error for each quarter
p <- presidents; i <- which(!is.na(p)); y <- as.numeric(p)[i]; w <- 1500 / (y * (100 - y))
out$presidents <- told(y, one(y), 17, w = w)
out$presidents_line <- told(y, cbind(1, (i - 1) / 4), 17, w = w)
# the distribution of the date's error at points on both sides
grid <- expand.grid(x = c(-40, -5, -.5, 0, .5, 5, 40), xi = c(.5, 1, 3), phi2 = c(.7, 1, 2))
out$argmax <- cbind(grid, p = mapply(function(x, xi, phi2) strucchange:::pargmaxV(x, xi, 1, phi2), grid$x, grid$xi, grid$phi2))
write_json(out, "breaks.json", digits = 15, auto_unbox = TRUE, matrix = "columnmajor", na = "null")
