# R 4, base: p.adjust. The fifteen p values of Benjamini and Hochberg (1995, table 1), with a gap,
# and the p values of a pairwise comparison of airquality's months.
p <- c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, NA, 0.0459, 0.3240, 0.4262,
       0.5719, 0.6528, 0.7590, 1.0000)
ozone <- with(airquality, pairwise.t.test(Ozone, Month, p.adjust.method = "none"))$p.value
ozone <- ozone[lower.tri(ozone, diag = TRUE)]
show <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.15g", x)), collapse = ", "), "]")
methods <- c("holm", "hochberg", "BH")
part <- function(name, x) sprintf('"%s": {"p": %s,\n  %s}', name, show(x),
  paste(sprintf('"%s": %s', methods, sapply(methods, function(m) show(p.adjust(x, m)))), collapse = ",\n  "))
cat("{", part("paper", p), ",\n", part("ozone", ozone), "}\n", sep = "", file = "multiplicity.json")
