"""Mean squared errors of the unit-level model by samplics 0.6.1 (MIT), without its 33rd segment.

Run it in an environment of its own; the printed line is kept in test_small_areas.py.
"""

import numpy as np
import pandas as pd
from samplics.sae import EblupUnitModel
from samplics.utils.types import FitMethod

segments = pd.read_csv("segments.csv").drop(index=32)
counties = pd.read_csv("counties.csv")
model = EblupUnitModel(method=FitMethod.reml)
model.fit(ys=segments["CornHec"], Xs=segments[["CornPix", "SoyBeansPix"]], areas=segments["County"])
model.predict(
    Xmean=counties[["MeanCornPixPerSeg", "MeanSoyBeansPixPerSeg"]], area=counties["CountyIndex"]
)
print([round(value, 3) for value in model.area_est.values()])
print(np.sqrt(list(model.area_mse.values())).round(4).tolist())
