# A factor model with survey weights by lavaan. From the repository's root:
#   Rscript tests/reference/scale_quality/weighted.R
suppressMessages(library(lavaan))
folder <- "tests/reference/scale_quality"
bfi <- read.csv(file.path(folder, "bfi.csv"))
for (i in c("A1", "C4", "C5")) bfi[[i]] <- 7 - bfi[[i]]
items <- paste0(rep(c("A", "C"), each = 5), 1:5)
d <- na.omit(bfi[c(items, "age")])
d$w <- 1 + (d$age %% 7) / 3
model <- "A =~ A1 + A2 + A3 + A4 + A5
C =~ C1 + C2 + C3 + C4 + C5"
found <- cfa(model, d, std.lv = TRUE, sampling.weights = "w", estimator = "MLR")
s <- standardizedSolution(found); u <- parameterEstimates(found)
l <- which(s$op == "=~")
write.csv(data.frame(item = s$rhs[l], standardised = s$est.std[l], estimate = u$est[l],
                     se = u$se[l], chisq = fitMeasures(found, "chisq")[[1]]),
          file.path(folder, "weighted.csv"), row.names = FALSE, quote = FALSE)
