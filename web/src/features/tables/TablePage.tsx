import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeft, Columns3, Ellipsis, FileDown, FileUp, Plus, Settings2, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, buttonClass, Empty, ErrorState, IconButton, Menu, MenuItem, Skeleton, SkeletonRows, useToast } from "@/components";
import { useSelection } from "@/features/monitoring/useSelection";
import { More } from "@/features/settings/More";
import { useMay } from "@/features/workspace/useMay";
import { useErrorWords } from "@/i18n/useErrorWords";
import type { RowsSearch } from "@/routes/tables";
import { ColumnDialog } from "./ColumnDialog";
import { ImportRowsDialog } from "./ImportRowsDialog";
import { type DataColumn, type DataRow, type DataTable, rowsQuery, tableQuery, useDeleteRows, useExportRows, useRestoreRows } from "./queries";
import { RewriteBar } from "./RewriteBar";
import { RowCards } from "./RowCards";
import { RowDialog } from "./RowDialog";
import { RowFilters } from "./RowFilters";
import { RowGrid } from "./RowGrid";
import { RowsBar } from "./RowsBar";
import { DeleteTableDialog, RemoveColumnDialog, SettingsDialog } from "./TableDialogs";

const route = getRouteApi("/signed-in/data/$tableId");

/** What stands over the page, if anything. */
type Over = { is: "row"; row: DataRow | null } | { is: "column"; column: DataColumn | null } | { is: "remove"; column: DataColumn } | { is: "import" | "settings" | "delete" } | null;

/** One table: its rows, as many as one scrolls to. */
export function TablePage() {
  const { t } = useTranslation("tables");
  const { tableId } = route.useParams();
  const table = useQuery(tableQuery(tableId));
  const [over, setOver] = useState<Over>(null);
  const mayWrite = useMay("tables:write") === true;
  const mayFill = useMay("rows:write") === true;
  return (
    <div className="w-full overflow-y-auto p-4 pane:p-6">
      {table.isPending && <Skeleton><SkeletonRows /></Skeleton>}
      {table.isLoadingError && <ErrorState title={t("failed")} text={t("failedText")} error={table.error} action={{ label: t("again"), onPress: () => void table.refetch() }} />}
      {table.data && (
        <>
          <Header table={table.data} mayWrite={mayWrite} mayFill={mayFill} onOver={setOver} />
          {table.data.rewrite && <RewriteBar key={table.data.rewrite.id} table={table.data} rewrite={table.data.rewrite} mayWrite={mayWrite} />}
          <Rows key={tableId} table={table.data} mayWrite={mayWrite} mayFill={mayFill} onOver={setOver} />
          <Overlay table={table.data} over={over} onClose={() => setOver(null)} />
        </>
      )}
    </div>
  );
}

type PartProps = { table: DataTable; mayWrite: boolean; mayFill: boolean; onOver: (over: Over) => void };

function Header({ table, mayWrite, mayFill, onOver }: PartProps) {
  const { t } = useTranslation("tables");
  const toast = useToast();
  const words = useErrorWords();
  const exporting = useExportRows();
  const startExport = () => {
    toast({ text: t("exporting") });
    exporting.mutate({ id: table.id, name: table.name }, { onError: (error) => toast({ text: words.reasonOf(error) }) });
  };
  return (
    <header className="mb-4 flex flex-wrap items-center gap-2">
      <Link to="/data" aria-label={t("back")} title={t("back")} className={buttonClass({ variant: "ghost", square: true })}>
        <ArrowLeft aria-hidden="true" strokeWidth={1.75} className="flip size-4" />
      </Link>
      <div className="min-w-0 grow basis-20">
        <h1 dir="auto" className="cut text-22">
          {table.name}
        </h1>
        <p className="flex gap-1 text-12 text-ink-3">
          <span className="flex-none">{t("rows", { count: table.row_count })}</span>
          {table.description && (
            <>
              <span aria-hidden="true">·</span>
              <bdi className="cut">{table.description}</bdi>
            </>
          )}
        </p>
      </div>
      {mayFill && (
        <Button variant="primary" icon={Plus} onClick={() => onOver({ is: "row", row: null })}>
          {t("addRow")}
        </Button>
      )}
      <Menu trigger={<IconButton icon={Ellipsis} variant="secondary" label={t("more")} />}>
        {mayFill && (
          <MenuItem icon={FileUp} onSelect={() => onOver({ is: "import" })}>
            {t("import.title")}
          </MenuItem>
        )}
        <MenuItem icon={FileDown} onSelect={startExport}>
          {t("export")}
        </MenuItem>
        {mayWrite && (
          <>
            <MenuItem icon={Columns3} onSelect={() => onOver({ is: "column", column: null })}>
              {t("column.add")}
            </MenuItem>
            <MenuItem icon={Settings2} onSelect={() => onOver({ is: "settings" })}>
              {t("settings")}
            </MenuItem>
            <MenuItem icon={Trash2} onSelect={() => onOver({ is: "delete" })}>
              {t("deleteTable")}
            </MenuItem>
          </>
        )}
      </Menu>
    </header>
  );
}

function Rows({ table, mayWrite, mayFill, onOver }: PartProps) {
  const { t } = useTranslation("tables");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: RowsSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  const pages = useInfiniteQuery(rowsQuery(table.id, search));
  const rows = pages.data?.pages.flatMap((page) => page.data) ?? [];
  const selection = useSelection(rows);
  const remove = useRemoving(table.id, selection.clear);
  const isNarrowed = Boolean(search.q || search.where?.length);
  return (
    <>
      {(table.row_count > 0 || isNarrowed) && <RowFilters table={table} search={search} onChange={change} />}
      {pages.isPending && <SkeletonRows rows={6} />}
      {pages.isLoadingError && <ErrorState title={t("failedRows")} text={t("failedText")} error={pages.error} action={{ label: t("again"), onPress: () => void pages.refetch() }} />}
      {pages.isSuccess && rows.length === 0 && <Empty title={isNarrowed ? t("noMatch") : t("noRows")} text={isNarrowed ? t("noMatchText") : mayFill ? t("noRowsText") : ""} />}
      {rows.length > 0 && (
        <>
          {mayFill && <p className="sr-only">{t("editHint")}</p>}
          <RowGrid
            table={table}
            rows={rows}
            selection={mayFill ? selection : null}
            sorting={search}
            onSort={({ sort, down }) => change({ sort, down })}
            onDelete={(id) => remove([id])}
            onColumn={mayWrite ? (column) => onOver({ is: "column", column }) : null}
            onRemoveColumn={(column) => onOver({ is: "remove", column })}
          />
          <RowCards table={table} rows={rows} canEdit={mayFill} onEdit={(row) => onOver({ is: "row", row })} onDelete={(id) => remove([id])} />
        </>
      )}
      <More pages={pages} />
      <RowsBar count={mayFill ? selection.ids.length : 0} onClear={selection.clear} onDelete={() => remove(selection.ids)} />
    </>
  );
}

/** Deletes rows at once, and offers to bring them back. */
function useRemoving(tableId: string, onDone: () => void): (ids: readonly string[]) => void {
  const { t } = useTranslation("tables");
  const toast = useToast();
  const words = useErrorWords();
  const remove = useDeleteRows(tableId);
  const restore = useRestoreRows(tableId);
  const tell = (error: unknown) => toast({ text: words.reasonOf(error) });
  return (ids) =>
    remove.mutate(ids, {
      onSuccess: ({ count }) => {
        onDone();
        toast({ text: t("deleted", { count }), action: { label: t("undo"), onPress: () => restore.mutate(ids, { onError: tell }) } });
      },
      onError: tell,
    });
}

function Overlay({ table, over, onClose }: { table: DataTable; over: Over; onClose: () => void }) {
  switch (over?.is) {
    case "row":
      return <RowDialog table={table} row={over.row} onClose={onClose} />;
    case "column":
      return <ColumnDialog table={table} column={over.column} onClose={onClose} />;
    case "remove":
      return <RemoveColumnDialog table={table} column={over.column} onClose={onClose} />;
    case "import":
      return <ImportRowsDialog table={table} onClose={onClose} />;
    case "settings":
      return <SettingsDialog table={table} onClose={onClose} />;
    case "delete":
      return <DeleteTableDialog table={table} onClose={onClose} />;
    default:
      return null;
  }
}
