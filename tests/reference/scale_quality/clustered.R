# A factor model of respondents in clusters by lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/clustered.R
suppressMessages(library(lavaan))
folder <- "tests/reference/scale_quality"
bfi <- read.csv(file.path(folder, "bfi.csv"))
for (i in c("A1", "C4", "C5")) bfi[[i]] <- 7 - bfi[[i]]
items <- paste0(rep(c("A", "C"), each = 5), 1:5)
d <- na.omit(bfi[c(items, "age")])
d$w <- 1 + (d$age %% 7) / 3
model <- "A =~ A1 + A2 + A3 + A4 + A5
C =~ C1 + C2 + C3 + C4 + C5"
rows <- lapply(c(FALSE, TRUE), function(weighted) {
  more <- if (weighted) list(sampling.weights = "w") else list()
  found <- do.call(cfa, c(list(model, d, std.lv = TRUE, cluster = "age", estimator = "MLR"), more))
  u <- parameterEstimates(found)
  u <- u[u$op == "=~", ]
  m <- fitMeasures(found, c("chisq", "chisq.scaling.factor"))
  data.frame(weighted, item = u$rhs, se = u$se, chisq = m[[1]], scaling = m[[2]])
})
write.csv(do.call(rbind, rows), file.path(folder, "clustered.csv"), row.names = FALSE, quote = FALSE)
