# Small area estimates by R's sae 1.3 and lme4.
#
#   Rscript small_areas.R [folder]
#
# Where sae is not installed, the folder holds its unpacked source, sae/. Writes milk.csv (43 areas;
# Arora and Lahiri 1997, Statistica Sinica 7, 1053-1063; You and Chapman 2006), segments.csv and
# counties.csv (Battese, Harter and Fuller 1988) and small_areas.csv (test, name, value).
suppressMessages({library(MASS); library(lme4)})
folder <- commandArgs(TRUE)
if (requireNamespace("sae", quietly = TRUE)) {
  library(sae); data(milk); data(cornsoybean); data(cornsoybeanmeans)
} else {
  for (file in list.files(file.path(folder, "sae", "R"), full.names = TRUE)) source(file)
  for (name in c("milk", "cornsoybean", "cornsoybeanmeans"))
    load(file.path(folder, "sae", "data", paste0(name, ".rda")))
}
found <- NULL
keep <- function(test, values, names = seq_along(values))
  found <<- rbind(found, data.frame(test, name = names, value = sprintf("%.15g", as.numeric(values))))

write.csv(milk, "milk.csv", row.names = FALSE)
yi <- milk$yi; D <- milk$SD^2; area <- as.factor(milk$MajorArea)
for (method in c("REML", "ML", "FH")) {
  result <- mseFH(yi ~ area, D, method = method, PRECISION = 1e-12, MAXITER = 1000)
  keep(paste("milk", method, "between"), result$est$fit$refvar, "between")
  keep(paste("milk", method, "slope"), result$est$fit$estcoef$beta)
  keep(paste("milk", method, "slope se"), result$est$fit$estcoef$std.error)
  keep(paste("milk", method, "eblup"), result$est$eblup)
  keep(paste("milk", method, "mse"), result$mse)
}
plain <- mseFH(yi ~ 1, D, method = "REML", PRECISION = 1e-12, MAXITER = 1000)
keep("milk mean eblup", plain$est$eblup)
keep("milk mean mse", plain$mse)

write.csv(cornsoybean, "segments.csv", row.names = FALSE)
write.csv(cornsoybeanmeans, "counties.csv", row.names = FALSE)
CornHec <- cornsoybean$CornHec; CornPix <- cornsoybean$CornPix; SoyBeansPix <- cornsoybean$SoyBeansPix
County <- cornsoybean$County
means <- cornsoybeanmeans[, c("CountyIndex", "MeanCornPixPerSeg", "MeanSoyBeansPixPerSeg")]
segments <- cornsoybeanmeans[, c("CountyIndex", "PopnSegments")]
result <- eblupBHF(CornHec ~ CornPix + SoyBeansPix, dom = County, meanxpop = means, popnsize = segments)
keep("corn eblup", result$eblup$eblup)
keep("corn slope", result$fit$fixed)
tight <- lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14))
fit <- lmer(CornHec ~ CornPix + SoyBeansPix + (1 | County), control = tight)
keep("corn components", as.data.frame(VarCorr(fit))$vcov, c("between", "within"))
write.csv(found, "small_areas.csv", row.names = FALSE, quote = FALSE)
