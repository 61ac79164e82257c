"""`database_query`: read and write the workspace's own data tables. The engine only asks; the shell answers.

A table and its columns are named, conditions are chosen from a closed list, and values are filled in as values: there
is no SQL in a flow, and no way to any.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hoopoe.flows.engine import Behaviour, Effect, EffectFinished, EffectWait, Leave, Outcome, Pause, Resume, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.comparing import ALONE, OPERATOR_NAMES, Operator
from hoopoe.flows.nodes.fields import Source, VariableName, ui
from hoopoe.flows.nodes.http_calls import MAX_SAVED_BYTES
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import Json, JsonObject, dump_json

EFFECT: Final = "database_query"
MAX_CONDITIONS: Final = 10
MAX_LISTED: Final = 50

Operation = Literal["find", "list", "count", "insert", "update", "upsert"]
Comparison = Literal[Operator, "at_least", "at_most"]
CHOOSING: Final = ("find", "list", "count", "update")
SORTING: Final = ("find", "list")
WRITING: Final = ("insert", "update", "upsert")

_KEPT: Final = ("row_count", "row", "rows", "is_new")
_OPERATIONS: Final = {
    "find": ("Find one row", "جلب صف واحد"),
    "list": ("List rows", "جلب قائمة صفوف"),
    "count": ("Count rows", "عد الصفوف"),
    "insert": ("Add a row", "إضافة صف"),
    "update": ("Change rows", "تعديل صفوف"),
    "upsert": ("Add, or change by key", "إضافة أو تعديل حسب المفتاح"),
}
_COMPARISONS: Final = {
    **OPERATOR_NAMES,
    # Columns hold dates as well.
    "greater_than": ("is greater than, later than", "أكبر من أو بعد"),
    "less_than": ("is less than, earlier than", "أصغر من أو قبل"),
    "at_least": ("is at least", "لا يقل عن"),
    "at_most": ("is at most", "لا يزيد على"),
}

TableName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class Condition(BaseModel):
    """One column, compared with a value that is read as the column's type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: ColumnName = Field(
        json_schema_extra=ui("Column", "العمود", widget="column", help_en="Of this table.", help_ar="من هذا الجدول.")
    )
    operator: Comparison = Field(
        default="equals",
        json_schema_extra=ui(
            "when it",
            "عندما",
            widget="select",
            options=_COMPARISONS,
            help_en="Case, accents and the digits of either language make no difference.",
            help_ar="لا فرق بين الأحرف الكبيرة والصغيرة ولا بين الأرقام العربية وغيرها.",
        ),
    )
    value: Source = Field(
        default="",
        json_schema_extra=ui(
            "Value",
            "القيمة",
            widget="template",
            help_en="Such as {{ answer }}. Not needed for 'is empty'.",
            help_ar="مثل {{ answer }}. غير مطلوبة مع «فارغ».",
        ),
    )


class DatabaseQueryConfig(NodeConfig):
    pauses: ClassVar[bool] = True

    operation: Operation = Field(
        default="find",
        json_schema_extra=ui(
            "What to do",
            "العملية",
            widget="select",
            options=_OPERATIONS,
            help_en="Rows are found by the conditions below; by its key, one is added or changed.",
            help_ar="تختار الصفوف بالشروط أدناه؛ وحسب المفتاح يضاف الصف أو يعدل.",
        ),
    )
    table: TableName = Field(
        json_schema_extra=ui(
            "Table",
            "الجدول",
            widget="table",
            help_en="One of the workspace's own data tables, by its name.",
            help_ar="أحد جداول مساحة العمل، باسمه.",
        )
    )
    where: list[Condition] = Field(
        default_factory=list,
        max_length=MAX_CONDITIONS,
        json_schema_extra=ui(
            "Which rows",
            "أي صفوف",
            widget="cases",
            help_en="All of these hold. A value that comes out empty takes the exit 'error'.",
            help_ar="تتحقق كلها. والقيمة التي تخرج فارغة تؤدي إلى المخرج error.",
            when={"operation": CHOOSING},
        ),
    )
    values: dict[ColumnName, Source] = Field(
        default_factory=dict,
        max_length=60,
        json_schema_extra=ui(
            "Values",
            "القيم",
            widget="row_values",
            help_en="Column and value; an empty value empties the cell.",
            help_ar="العمود وقيمته؛ والقيمة الفارغة تفرغ الخانة.",
            when={"operation": WRITING},
        ),
    )
    sort_by: ColumnName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Sort by",
            "الترتيب حسب",
            widget="column",
            help_en="Empty: the oldest row comes first.",
            help_ar="فارغ: الأقدم أولا.",
            when={"operation": SORTING},
        ),
    )
    descending: bool = Field(
        default=False,
        json_schema_extra=ui(
            "Largest first",
            "الأكبر أولا",
            widget="switch",
            help_en="The other way round; without a column: the newest first.",
            help_ar="بالعكس؛ ومن دون عمود: الأحدث أولا.",
            when={"operation": SORTING},
        ),
    )
    limit: int = Field(
        default=10,
        ge=1,
        le=MAX_LISTED,
        json_schema_extra=ui(
            "How many rows",
            "عدد الصفوف",
            widget="number",
            help_en="1 to 50.",
            help_ar="من 1 إلى 50.",
            when={"operation": ("list",)},
        ),
    )
    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the answer as",
            "احفظ الناتج باسم",
            widget="variable",
            help_en="Read as {{ name.row.price }}, {{ name.rows }}, {{ name.row_count }}.",
            help_ar="تقرأ {{ name.row.price }} و {{ name.rows }} و {{ name.row_count }}.",
        ),
    )

    def example_result(self) -> JsonObject:
        """One row, with the values that are asked for or written."""
        row: JsonObject = {each.column: each.value for each in self.where if "{" not in each.value}
        row |= {name: source for name, source in self.values.items() if "{" not in source}
        if self.operation == "list":
            return {"ok": True, "row_count": 1, "rows": [row]}
        return {"ok": True, "row_count": 1} if self.operation == "count" else {"ok": True, "row_count": 1, "row": row}

    def exits(self) -> tuple[Exit, ...]:
        empty = () if self.operation in ("insert", "upsert") else (Exit("empty", covered_by="success"),)
        return (Exit("success", ending_is_fine=True), *empty, Exit("error"))

    def inspect(self, look: Look) -> None:
        look.needs_table("table", self.table)
        for place, condition in enumerate(self.where):
            value = f"where.{place}.value"
            template = look.template(value, condition.value)
            fixed = condition.value if template is None or template.is_literal else None
            look.needs_column(f"where.{place}.column", self.table, condition.column, condition.operator, fixed)
            if condition.operator not in ALONE and not condition.value.strip():
                look.error(value, "missing", "Say what the column is compared with.")
        for column, source in self.values.items():
            template = look.template(f"values.{column}", source)
            fixed = source if template is None or template.is_literal else None
            look.needs_column(f"values.{column}", self.table, column, None, fixed)
        if self.sort_by is not None:
            look.needs_column("sort_by", self.table, self.sort_by, None, None)
        self._inspect_operation(look)
        if self.save_as is not None:
            look.sets("save_as", self.save_as)
        look.asks_for(EFFECT)

    def _inspect_operation(self, look: Look) -> None:
        if self.operation in WRITING and not self.values:
            look.error("values", "missing", "Say what is written.")
        if self.operation == "update" and not self.where:
            look.error("where", "missing", "Say which rows are changed: without a condition that would be all.")
        if self.operation not in CHOOSING and self.where:
            look.warn("where", "not_used", "Conditions are not looked at when a row is added.")
        if self.operation not in WRITING and self.values:
            look.warn("values", "not_used", "Nothing is written when rows are read.")
        if self.operation not in WRITING and self.save_as is None:
            look.warn("save_as", "not_kept", "What is found is not kept anywhere.")

    def build(self, build: Build) -> Behaviour:
        where = [(each, build.template(each.value)) for each in self.where if self.operation in CHOOSING]
        values = {name: build.template(source) for name, source in self.values.items() if self.operation in WRITING}

        def enter(visit: Visit) -> Outcome:
            request: JsonObject = {"operation": self.operation, "table": self.table}
            if self.operation in CHOOSING:
                conditions: list[Json] = [
                    {"column": each.column, "operator": each.operator, "value": visit.render_value(value)}
                    for each, value in where
                ]
                request["where"] = conditions
            if self.operation in WRITING:
                request["values"] = {name: visit.render_value(value) for name, value in values.items()}
            if self.operation in SORTING:
                request |= {"sort_by": self.sort_by, "descending": self.descending}
            if self.operation == "list":
                request["limit"] = self.limit
            # Done again after a crash it is done once: the shell does it and marks it as done in one transaction.
            return Pause(EffectWait(Effect(EFFECT, request, is_safe=True)))

        def resume(visit: Visit, given: Resume) -> Outcome:
            return self._read(visit, given.result if isinstance(given, EffectFinished) else {})

        return Behaviour(enter, resume)

    def _read(self, visit: Visit, result: JsonObject) -> Outcome:
        is_ok, count = result.get("ok") is True, result.get("row_count")
        if self.save_as is not None:
            saved: JsonObject = {name: result[name] for name in _KEPT if name in result}
            if len(dump_json(saved)) > MAX_SAVED_BYTES:
                visit.report("too_large", f"The rows are over {MAX_SAVED_BYTES // 1024} KB; they were not saved.")
                saved = {"row_count": count}
            visit.set_variable(self.save_as, saved)
        if not is_ok:
            visit.report("query_failed", f"The table was not asked: {str(result.get('error'))[:200]}")
            return Leave("error")
        if result.get("is_cut") is True:
            visit.report("rows_left_out", "There was no room for all of the rows.")
        is_empty = not count and self.operation not in ("insert", "upsert")
        return Leave("empty" if is_empty and visit.is_connected("empty") else "success")


register(
    NodeType(
        name="database_query",
        config=DatabaseQueryConfig,
        group=Group.LOOKS_UP,
        icon="database",
        label={"en": "Ask a data table", "ar": "جدول بيانات"},
        description={
            "en": "Reads and writes rows of a table of your own.",
            "ar": "يقرأ صفوف أحد جداولك ويكتبها.",
        },
        summary=("operation table", "where[column operator value]", "values", "save_as"),
        example={
            "operation": "find",
            "table": "Menu",
            "where": [{"column": "code", "operator": "equals", "value": "{{ message.text }}"}],
            "save_as": "dish",
        },
    )
)
