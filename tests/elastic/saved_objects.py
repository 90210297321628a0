"""Kibana's saved objects as strict models: what its schemas of these versions know, and nothing besides.

Written after Kibana's source: search of model version 5 (schema_legacy.ts), dashboard of version 2, and the state that Lens keeps.
Unknown keys are errors, as in Kibana's own strict schemas; texts that hold JSON are read.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, TypeAdapter


class Strict(BaseModel):
    """Nothing that is not named, and no type for another."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Reference(Strict):
    type: Literal["index-pattern", "search", "visualization"]
    id: str
    name: str


class UrlParams(Strict):
    type: Literal["a"]
    urlTemplate: str
    labelTemplate: str
    openLinkInCurrentTab: bool


class UrlFormat(Strict):
    id: Literal["url"]
    params: UrlParams


class DataView(Strict):
    title: str
    name: str
    allowHidden: bool
    timeFieldName: str | None = None
    fieldFormatMap: Json[dict[str, UrlFormat]]
    fields: Json[list[Any]]
    fieldAttrs: Json[dict[str, Any]]
    runtimeFieldMap: Json[dict[str, Any]]
    sourceFilters: Json[list[Any]]
    typeMeta: Json[dict[str, Any]]


class Query(Strict):
    query: str
    language: Literal["kuery"]


class SearchSource(Strict):
    query: Query
    filter: list[Any]
    indexRefName: Literal["kibanaSavedObjectMeta.searchSourceJSON.index"] | None = None


class Meta(Strict):
    searchSourceJSON: Json[SearchSource]


class Search(Strict):
    title: str
    description: str
    columns: list[str] = Field(min_length=1)
    sort: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    grid: dict[str, Any]
    hideChart: bool
    isTextBasedQuery: bool
    timeRestore: bool
    kibanaSavedObjectMeta: Meta


class VegaParams(Strict):
    spec: Json[dict[str, Any]]


class VisState(Strict):
    title: str
    type: Literal["vega"]
    aggs: list[Any] = Field(max_length=0)
    params: VegaParams


class Visualization(Strict):
    title: str
    description: str
    version: int
    uiStateJSON: Json[dict[str, Any]]
    visState: Json[VisState]
    kibanaSavedObjectMeta: Meta


class OrderByColumn(Strict):
    type: Literal["column"]
    columnId: str


class OrderByKey(Strict):
    type: Literal["alphabetical"]
    fallback: bool


class Format(Strict):
    id: Literal["terms"]


class TermsParams(Strict):
    size: int = Field(ge=1, le=1000)
    orderBy: OrderByColumn | OrderByKey
    orderDirection: Literal["asc", "desc"]
    otherBucket: Literal[False]
    missingBucket: Literal[False]
    parentFormat: Format


class HistogramParams(Strict):
    interval: Literal["1d"]
    includeEmptyRows: bool
    dropPartials: bool


class MetricParams(Strict):
    emptyAsNull: bool


class _Column(Strict):
    label: str
    customLabel: Literal[True]
    sourceField: str


class Terms(_Column):
    operationType: Literal["terms"]
    dataType: Literal["string", "number", "ip"]
    isBucketed: Literal[True]
    scale: Literal["ordinal"]
    params: TermsParams


class DateHistogram(_Column):
    operationType: Literal["date_histogram"]
    dataType: Literal["date"]
    isBucketed: Literal[True]
    scale: Literal["interval"]
    params: HistogramParams


class Metric(_Column):
    operationType: Literal["count", "unique_count", "max", "min"]
    dataType: Literal["number", "date"]
    isBucketed: Literal[False]
    scale: Literal["ratio"]
    params: MetricParams


Column = Annotated[Terms | DateHistogram | Metric, Field(discriminator="operationType")]


class Layer(Strict):
    columns: dict[str, Column]
    columnOrder: list[str]
    incompleteColumns: dict[str, Any] = Field(max_length=0)
    sampling: Literal[1]


class FormBased(Strict):
    layers: dict[str, Layer] = Field(min_length=1, max_length=1)


class Datasources(Strict):
    formBased: FormBased


class ColumnShown(Strict):
    columnId: str


class Table(Strict):
    layerId: str
    layerType: Literal["data"]
    columns: list[ColumnShown]


class MetricView(Strict):
    layerId: str
    layerType: Literal["data"]
    metricAccessor: str


class XYLayer(Strict):
    layerId: str
    layerType: Literal["data"]
    seriesType: Literal["bar_stacked"]
    xAccessor: str
    accessors: list[str]
    position: Literal["top"]


class Legend(Strict):
    isVisible: bool
    position: Literal["right"]


class XY(Strict):
    legend: Legend
    valueLabels: Literal["hide"]
    preferredSeriesType: Literal["bar_stacked"]
    layers: list[XYLayer]


class LensState(Strict):
    visualization: Table | MetricView | XY
    query: Query
    filters: list[Any]
    datasourceStates: Datasources
    internalReferences: list[Any] = Field(max_length=0)
    adHocDataViews: dict[str, Any] = Field(max_length=0)


class Lens(Strict):
    title: str
    description: str
    visualizationType: Literal["lnsXY", "lnsDatatable", "lnsMetric"]
    type: Literal["lens"]
    references: list[Reference]
    state: LensState


class Grid(Strict):
    x: int = Field(ge=0, lt=48)
    y: int = Field(ge=0)
    w: int = Field(ge=1, le=48)
    h: int = Field(ge=1)
    i: str


class ByValue(Strict):
    attributes: Lens
    enhancements: dict[str, Any]


class LensPanel(Strict):
    type: Literal["lens"]
    panelIndex: str
    gridData: Grid
    embeddableConfig: ByValue


class LibraryPanel(Strict):
    type: Literal["search", "visualization"]
    panelIndex: str
    gridData: Grid
    embeddableConfig: dict[str, Any] = Field(max_length=0)
    panelRefName: str


Panel = Annotated[LensPanel | LibraryPanel, Field(discriminator="type")]


class Options(Strict):
    useMargins: bool
    syncColors: bool
    syncCursor: bool
    hidePanelTitles: bool


class ControlInput(Strict):
    id: str
    fieldName: str
    title: str
    selectedOptions: list[str]
    enhancements: dict[str, Any]


class Control(Strict):
    type: Literal["optionsListControl"]
    order: int
    width: Literal["small", "medium", "large"]
    grow: bool
    explicitInput: ControlInput


class Ignored(Strict):
    ignoreFilters: bool
    ignoreQuery: bool
    ignoreTimerange: bool
    ignoreValidations: bool


class Controls(Strict):
    chainingSystem: Literal["NONE", "HIERARCHICAL"]
    controlStyle: Literal["oneLine", "twoLine"]
    ignoreParentSettingsJSON: Json[Ignored]
    panelsJSON: Json[dict[str, Control]]


class Dashboard(Strict):
    title: str
    description: str
    timeRestore: bool
    timeFrom: str | None = None
    timeTo: str | None = None
    optionsJSON: Json[Options]
    panelsJSON: Json[list[Panel]]
    version: Literal[1]
    kibanaSavedObjectMeta: Meta
    controlGroupInput: Controls | None = None


class _Object(Strict):
    id: str
    references: list[Reference]
    coreMigrationVersion: Literal["8.8.0"]
    managed: Literal[False]


class DataViewObject(_Object):
    type: Literal["index-pattern"]
    typeMigrationVersion: Literal["8.0.0"]
    attributes: DataView


class SearchObject(_Object):
    type: Literal["search"]
    typeMigrationVersion: Literal["10.5.0"]
    attributes: Search


class VisualizationObject(_Object):
    type: Literal["visualization"]
    typeMigrationVersion: Literal["8.5.0"]
    attributes: Visualization


class DashboardObject(_Object):
    type: Literal["dashboard"]
    typeMigrationVersion: Literal["10.2.0"]
    attributes: Dashboard


SavedObject = TypeAdapter[Any](
    Annotated[DataViewObject | SearchObject | VisualizationObject | DashboardObject, Field(discriminator="type")]
)
"""Reads one line of the file."""
