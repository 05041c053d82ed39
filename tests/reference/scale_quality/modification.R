# Modification indices and score tests of equality by lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/modification.R
# Reads bfi.csv, holzinger.csv and holes.csv (written by robust.R); writes modification.csv.
suppressMessages(library(lavaan))
folder <- "tests/reference/scale_quality"
bfi <- read.csv(file.path(folder, "bfi.csv"))
for (i in c("A1", "C4", "C5")) bfi[[i]] <- 7 - bfi[[i]]
HS <- read.csv(file.path(folder, "holzinger.csv"))
holes <- read.csv(file.path(folder, "holes.csv"))
three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
two <- "A =~ A1 + A2 + A3 + A4 + A5\nC =~ C1 + C2 + C3 + C4 + C5"
rows <- list()
indices <- function(case, found) {
  m <- modindices(found)
  m <- m[m$op == "=~" | (m$op == "~~" & m$lhs %in% lavNames(found, "ov")), ]
  if (!"group" %in% names(m)) m$group <- 1
  rows[[length(rows) + 1]] <<- data.frame(case, group = m$group, lhs = m$lhs, op = m$op,
    rhs = m$rhs, mi = m$mi, epc = m$epc, standardised = m$sepc.all)
}
fit <- function(model, data, ...) cfa(model, data, std.lv = TRUE, meanstructure = TRUE,
  em.h1.iter.max = 20000L, em.h1.tol = 1e-12, ...)
indices("holzinger", fit(three, HS))
indices("bfi", fit(two, bfi))
indices("holes_fiml", fit(three, holes, missing = "fiml"))
indices("holzinger_school", fit(three, HS, group = "school"))
# releasing one group's equality with the first group, one at a time
equality <- function(case, found) {
  pt <- parTable(found)
  held <- pt[pt$op == "==", ]
  est <- function(plabel, table) table$epc[match(plabel, table$plabel)]
  for (r in seq_len(nrow(held))) {
    test <- suppressWarnings(lavTestScore(found, release = r, epc = TRUE))
    row <- pt[pt$plabel == held$rhs[r], ]
    change <- est(held$rhs[r], test$epc) - est(held$lhs[r], test$epc)
    rows[[length(rows) + 1]] <<- data.frame(case, group = row$group, lhs = row$lhs, op = row$op,
      rhs = row$rhs, mi = test$test$X2, epc = change, standardised = NA)
  }
}
bfi <- bfi[!is.na(bfi$education), ]
for (step in c("metric", "scalar")) {
  equal <- if (step == "metric") "loadings" else c("loadings", "intercepts")
  equality(paste0("holzinger_school_", step), fit(three, HS, group = "school", group.equal = equal))
  equality(paste0("bfi_education_", step), fit(two, bfi, group = "education", group.equal = equal))
  equality(paste0("holes_fiml_school_", step),
           fit(three, holes, group = "school", group.equal = equal, missing = "fiml"))
}
out <- do.call(rbind, rows)
for (name in c("mi", "epc", "standardised")) out[[name]] <- signif(out[[name]], 10)
write.csv(out, file.path(folder, "modification.csv"), row.names = FALSE, quote = FALSE)
