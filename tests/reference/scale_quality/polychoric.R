# Polychoric correlations by polycor, psych and lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/polychoric.R
suppressMessages({library(polycor); library(psych); library(lavaan)})
folder <- "tests/reference/scale_quality"
bfi <- read.csv(file.path(folder, "bfi.csv"))
x <- na.omit(bfi[c(paste0("A", 1:5), paste0("C", 1:5))])
small <- x[1:60, ]
rows <- list()
note <- function(case, source, first, second, value)
  rows[[length(rows) + 1]] <<- data.frame(case, source, first, second,
                                          value = format(value, digits = 12))
for (case in c("bfi", "small")) {
  d <- if (case == "bfi") x else small
  p <- suppressWarnings(psych::polychoric(d, correct = 0, global = FALSE, progress = FALSE))
  l <- lavCor(d, ordered = names(d))
  for (i in 2:10) for (j in 1:(i - 1)) {
    note(case, "psych", names(d)[i], names(d)[j], p$rho[i, j])
    note(case, "lavaan", names(d)[i], names(d)[j], l[i, j])
    note(case, "polycor", names(d)[i], names(d)[j], polychor(d[[i]], d[[j]]))
  }
  th <- lavCor(d, ordered = names(d), output = "th")
  for (t in names(th)) note(case, "threshold", sub("\\|.*", "", t), sub(".*\\|", "", t), th[[t]])
}
write.csv(do.call(rbind, rows), file.path(folder, "polychoric.csv"), row.names = FALSE, quote = FALSE)
