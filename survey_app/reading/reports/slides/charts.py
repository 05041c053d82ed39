"""Native charts: levels with their interval, lines over time, and how answers fall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from pptx.chart.axis import ValueAxis, _BaseAxis
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData, ChartData
from pptx.chart.series import BarSeries, LineSeries
from pptx.dml.fill import FillFormat
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.util import Pt

from survey_app.reading.reports.slides.template import Box, rgb

_NS: Final = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
# where the axes of a trend are, as shares of the chart: left, top, width, height
_AXES: Final = (0.045, 0.07, 0.94, 0.74)
# those who disagree, those who agree, and «verken eller», which is neither
_APART: Final = (0, 1, 3, 4, 2)
_SMALLEST_LABEL: Final = "[>=0.045]0\\ %;;"
# a format has two conditions at most, so that all and nearly all of one answer share this one
_ALL: Final = 1
_READS_AS_ALL: Final = 0.995
_NEARLY_ALL_LABEL: Final = '[>=0.995]">99 %";[>=0.045]0\\ %;'


@dataclass(frozen=True, slots=True)
class LevelBar:
    """A level with its limits, and the words that stand in its bar."""

    name: str
    mean: float
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class TrendMark:
    """One wave; without a mean it is not shown and leaves a gap."""

    name: str
    mean: float | None
    low: float | None
    high: float | None
    main: bool


def level_chart(
    slide: Slide,
    place: Box,
    levels: Sequence[LevelBar],
    names: tuple[str, str, str],
    label: str,
    *,
    size: float = 14,
) -> None:
    """Draw levels from 0 to 100 as bars, each with its interval as an error bar.

    Parameters
    ----------
    names : tuple of str
        What the columns of the chart's sheet are called: level, down to the lower limit, up to the
        upper limit.
    label : str
        What the chart shows, for those who do not see it.
    """
    columns = (
        [one.mean for one in levels],
        [round(one.mean - one.low, 1) for one in levels],
        [round(one.high - one.mean, 1) for one in levels],
    )
    data = _data([one.name for one in levels], zip(names, columns, strict=True))
    chart = _chart(slide, place, XL_CHART_TYPE.BAR_CLUSTERED, data, label, size)
    _error_bars(chart)
    chart.has_legend = False
    plot = chart.plots[0]
    plot.gap_width = 55
    _fill(plot.series[0].format.fill, "band")
    _words(plot.series[0], [one.words for one in levels], size)
    _upright(chart, size)
    _scale(chart.value_axis, 0, 100, 25, size)


def trend_chart(
    slide: Slide,
    place: Box,
    points: Sequence[TrendMark],
    names: tuple[str, str, str],
    window: tuple[int, int],
    label: str,
) -> Box:
    """Draw a level over time with its two limits as thin lines; return where its axes are."""
    columns = (
        [point.mean for point in points],
        [point.low for point in points],
        [point.high for point in points],
    )
    data = _data([point.name for point in points], zip(names, columns, strict=True))
    chart = _chart(slide, place, XL_CHART_TYPE.LINE_MARKERS, data, label, 12)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(12)
    mean, *limits = chart.plots[0].series
    _line(mean, "series", 2.75)
    mean.smooth = False
    for number, point in enumerate(points):
        marker = mean.points[number].marker
        marker.style = XL_MARKER_STYLE.DIAMOND if point.main else XL_MARKER_STYLE.CIRCLE
        marker.size = 11 if point.main else 8
        _fill(marker.format.fill, "series")
    for series in limits:
        _line(series, "band-edge", 1)
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
    _scale(chart.value_axis, window[0], window[1], 10, 12)
    _quiet(chart.category_axis, 12)
    # a label for each wave is a hedge of letters when there are many
    step = max(1, -(-len(points) // 12))
    axis = chart.category_axis._element  # noqa: SLF001 - no other door
    axis.append(parse_xml(f'<c:tickLblSkip {_NS} val="{step}"/>'))
    no_multi = axis.find(qn("c:noMultiLvlLbl"))
    if no_multi is not None:
        axis.remove(no_multi)
        axis.append(no_multi)
    return _fixed(chart, place)


def _fixed(chart: Chart, place: Box) -> Box:
    """Say where the axes are instead of leaving it to the program, and return it.

    What is drawn over the chart stands in its place then, in every program.
    """
    x, y, width, height = _AXES
    area = chart._chartSpace.chart.plotArea  # noqa: SLF001 - layouts have no other door
    found = area.find(qn("c:layout"))
    if found is not None:
        area.remove(found)
    sizes = "".join(
        f'<c:{name} val="{value}"/>'
        for name, value in (("x", x), ("y", y), ("w", width), ("h", height))
    )
    area.insert(
        0,
        parse_xml(
            f'<c:layout {_NS}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/>'
            f'<c:yMode val="edge"/>{sizes}</c:manualLayout></c:layout>'
        ),
    )
    return Box(
        place.left + int(x * place.width),
        place.top + int(y * place.height),
        int(width * place.width),
        int(height * place.height),
    )


def answers_chart(
    slide: Slide,
    place: Box,
    rows: Sequence[tuple[str, Sequence[float]]],
    answers: Sequence[str],
    label: str,
) -> None:
    """Draw how answers fall as bars laid end to end; the middle one of five stands last, apart."""
    order = _APART if len(answers) == len(_APART) else tuple(range(len(answers)))
    columns = [[shares[number] for _, shares in rows] for number in order]
    named = zip([answers[number] for number in order], columns, strict=True)
    data = _data([name for name, _ in rows], named, number_format="0%")
    chart = _chart(slide, place, XL_CHART_TYPE.BAR_STACKED, data, label, 12)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(12)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    for number, shares, series in zip(
        [one + 1 for one in order], columns, plot.series, strict=True
    ):
        _fill(series.format.fill, f"lik-{number}")
        labels = series.data_labels
        labels.show_value = True
        nearly = any(_READS_AS_ALL <= share < _ALL for share in shares)
        labels.number_format = _NEARLY_ALL_LABEL if nearly else _SMALLEST_LABEL
        labels.number_format_is_linked = False
        labels.font.size = Pt(12)
        labels.font.color.rgb = rgb(f"on-lik-{number}")
    _upright(chart, 12)
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale = 0, 1
    axis.visible = False
    axis.has_major_gridlines = False


def _data(
    categories: Sequence[str],
    columns: Iterable[tuple[str, Sequence[float | None]]],
    number_format: str = "0.0",
) -> CategoryChartData:
    """Return the sheet behind a chart: a row for each category, a column for each series."""
    data: CategoryChartData = CategoryChartData(number_format)
    data.categories = [_no_formula(name) for name in categories]
    for name, values in columns:
        data.add_series(_no_formula(name), list(values))
    return data


def _no_formula(name: str) -> str:
    # python-pptx writes names into its sheet as XlsxWriter takes them: this one would be reckoned
    return f" {name}" if name.startswith(("=", "{=")) else name


def _chart(
    slide: Slide,
    place: Box,
    kind: XL_CHART_TYPE,
    data: CategoryChartData,
    label: str,
    size: float,
) -> Chart:
    # the annotations there name a sibling of the data, and the chart for the frame around it
    added = slide.shapes.add_chart(kind, *place.lengths, cast("ChartData", data))
    frame = cast("GraphicFrame", added)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", label)  # noqa: SLF001 - the alternative text
    chart: Chart = frame.chart
    chart.has_title = False
    chart.font.size = Pt(size)
    chart.font.color.rgb = rgb("ink")
    return chart


def _error_bars(chart: Chart) -> None:
    """Make the second and third series the error bars of the first; their columns stay."""
    first, minus, plus = chart.plots[0]._element.findall(qn("c:ser"))  # noqa: SLF001
    values = {
        "minus": minus.find(qn("c:val")).find(qn("c:numRef")),
        "plus": plus.find(qn("c:val")).find(qn("c:numRef")),
    }
    bars = parse_xml(
        f'<c:errBars {_NS}><c:errBarType val="both"/><c:errValType val="cust"/>'
        '<c:noEndCap val="0"/><c:plus/><c:minus/><c:spPr><a:ln w="28575" cap="flat"><a:solidFill>'
        '<a:schemeClr val="accent1"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    for name, reference in values.items():
        bars.find(qn(f"c:{name}")).append(reference)
    first.find(qn("c:cat")).addprevious(bars)
    for series in (minus, plus):
        series.getparent().remove(series)


def _words(series: BarSeries, words: Sequence[str], size: float) -> None:
    for number, text in enumerate(words):
        label = series.points[number].data_label
        label.has_text_frame = True
        label.text_frame.text = text
        label.text_frame.word_wrap = False
        label.position = XL_LABEL_POSITION.INSIDE_BASE
        font = label.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(size), True
        font.color.rgb = rgb("ink")


def _upright(chart: Chart, size: float) -> None:
    """Let the first row stand at the top."""
    _quiet(chart.category_axis, size)
    chart.category_axis.reverse_order = True


def _quiet(axis: _BaseAxis, size: float) -> None:
    axis.has_major_gridlines = False
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_labels.font.size = Pt(size)
    _line(axis, "line", 0.75)


def _scale(axis: ValueAxis, low: int, high: int, step: int, size: float) -> None:
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb("grid")
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.tick_labels.font.size = Pt(size - 2)
    axis.tick_labels.font.color.rgb = rgb("ink-2")
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0", False
    axis.format.line.fill.background()


def _line(owner: LineSeries | _BaseAxis, token: str, width: float) -> None:
    owner.format.line.color.rgb = rgb(token)
    owner.format.line.width = Pt(width)


def _fill(fill: FillFormat, token: str) -> None:
    fill.solid()
    fill.fore_color.rgb = rgb(token)
