# Relative importance and dominance by R's relaimpo 2.2-7 and dominanceanalysis 2.1.1.
#
#   Rscript importance.R [folder]
#
# Where the packages are not installed, the folder holds their unpacked sources, relaimpo/ and
# dominanceanalysis/. Writes importance.csv (test, name, value) and apistrat.csv beside itself.
suppressMessages({library(MASS); library(boot); library(survey); library(mitools)})
folder <- commandArgs(TRUE)
for (package in c("relaimpo", "dominanceanalysis")) {
  if (requireNamespace(package, quietly = TRUE)) library(package, character.only = TRUE) else
    for (file in list.files(file.path(folder, package, "R"), full.names = TRUE))
      tryCatch(suppressMessages(source(file)), error = function(e) NULL)
}
found <- NULL
keep <- function(test, values, names = seq_along(values))
  found <<- rbind(found, data.frame(test, name = names, value = sprintf("%.15g", as.numeric(values))))

# swiss: 47 provinces, Fertility on five predictors (the example of relaimpo)
write.csv(swiss, "swiss.csv", row.names = FALSE)
plain <- calc.relimp(Fertility ~ ., data = swiss, type = c("lmg", "genizi"))
keep("swiss lmg", plain@lmg, plain@namen[-1])
keep("swiss genizi", plain@genizi, plain@namen[-1])  # Genizi (1993) is Johnson (2000)
keep("swiss r2", plain@R2, "r2")
weighted <- calc.relimp(Fertility ~ ., data = swiss, type = "lmg", weights = swiss$Catholic + 1)
keep("swiss weighted lmg", weighted@lmg, weighted@namen[-1])

# attitude: the example of dominanceanalysis
write.csv(attitude, "attitude.csv", row.names = FALSE)
whole <- dominanceAnalysis(lm(rating ~ ., attitude))
keep("attitude general", whole$contribution.average$r2, names(whole$contribution.average$r2))
by <- as.matrix(whole$contribution.by.level$r2)
by <- by[, setdiff(colnames(by), "level")]
for (level in seq_len(nrow(by))) keep(paste("attitude conditional", level - 1), by[level, ], colnames(by))
for (one in rownames(whole$complete$r2)) keep(paste("attitude complete", one), whole$complete$r2[one, ], colnames(whole$complete$r2))
for (one in rownames(whole$conditional$r2)) keep(paste("attitude conditionally", one), whole$conditional$r2[one, ], colnames(whole$conditional$r2))
keep("attitude vif", diag(solve(cor(attitude[, -1]))), names(attitude)[-1])

# apistrat: weights and strata; the error by the jackknife within strata
data(api)
columns <- c("api00", "ell", "meals", "mobility", "avg.ed", "emer", "col.grad")
sample <- na.omit(apistrat[, c("stype", "pw", "fpc", columns)])
write.csv(sample, "apistrat.csv", row.names = FALSE)
design <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = sample)
weighted_covariance <- cov.wt(as.matrix(sample[, columns]), sample$pw)$cov
complex <- calc.relimp(weighted_covariance, type = c("lmg", "genizi"))
keep("apistrat lmg", complex@lmg, columns[-1])
keep("apistrat genizi", complex@genizi, columns[-1])
share <- function(w, data, type) {
  covariance <- cov.wt(as.matrix(data[, columns]), w)$cov
  slot(calc.relimp(covariance, type = type, rela = TRUE), type)
}
jackknife <- as.svrepdesign(design, type = "JKn")
for (type in c("lmg", "genizi")) {
  result <- withReplicates(jackknife, function(w, data) share(w, data, type))
  keep(paste("apistrat", type, "jackknife"), sqrt(diag(vcov(result))), columns[-1])
}
write.csv(found, "importance.csv", row.names = FALSE, quote = FALSE)
