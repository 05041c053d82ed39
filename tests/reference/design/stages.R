# Three stages within strata, each with its correction, for test_stages.py; made data

suppressPackageStartupMessages(library(survey)); set.seed(3)
d<-expand.grid(e=1:3,s=1:3,c=1:5,h=1:3); d$c<-d$c+10*d$h
d$y<-rnorm(nrow(d),50,10)+5*d$h+rep(rnorm(15,0,4),each=9); d$g<-sample(c("a","b"),nrow(d),TRUE)
d<-d[runif(nrow(d))<.9,]
d$N1<-c(12,20,9)[d$h]; d$N2<-ave(d$s,d$h,d$c,FUN=function(x) length(unique(x))+4); d$N3<-ave(d$e,d$h,d$c,d$s,FUN=function(x) length(x)+2)
write.csv(d,"stages.csv",row.names=FALSE)
options(survey.lonely.psu="adjust")
out<-function(n,x) cat(n,sprintf("%.9f",c(coef(x),SE(x))),"\n")
for(m in 1:3){ ds<-switch(m, svydesign(~c,strata=~h,fpc=~N1,data=d), svydesign(~c+s,strata=~h,fpc=~N1+N2,data=d), svydesign(~c+s+e,strata=~h,fpc=~N1+N2+N3,data=d))
 out(m,svymean(~y,ds)); out(paste(m,"a"),svymean(~y,subset(ds,g=="a"))); out(paste(m,"t"),svytotal(~y,ds)); out(paste(m,"h2"),svymean(~y,subset(ds,h==2)))}
# drawn with replacement at the first stage: what lies below adds nothing
data(api); wr<-svydesign(~dnum+snum,weights=~pw,data=apiclus2)
out("replaced",svymean(~api00,wr)); out("replaced t",svytotal(~api00,wr)); cat(degf(wr),"\n")
