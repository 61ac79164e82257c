import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Database, KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Button, Empty, ErrorState, SkeletonRows } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { nameOf } from "./cells";
import { NewTableDialog } from "./NewTableDialog";
import { type DataTable, tablesQuery } from "./queries";

/** The workspace's own tables. */
export function TablesPage() {
  const { t } = useTranslation("tables");
  const tables = useQuery(tablesQuery);
  const [isCreating, setCreating] = useState(false);
  const mayWrite = useMay("tables:write");
  return (
    <div className="mx-auto w-full max-w-[860px] overflow-y-auto p-4 pane:p-8">
      <header className="mb-5 flex flex-wrap items-center gap-3">
        <div className="min-w-0 grow basis-60">
          <h1 className="text-22">{t("title")}</h1>
          <p className="text-13 text-ink-2">{t("text")}</p>
        </div>
        {mayWrite && (
          <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
            {t("create")}
          </Button>
        )}
      </header>
      {tables.isPending && <SkeletonRows />}
      {tables.isLoadingError && <ErrorState title={t("failed")} text={t("failedText")} error={tables.error} action={{ label: t("again"), onPress: () => void tables.refetch() }} />}
      {tables.data?.length === 0 && <Empty title={t("empty")} text={mayWrite === false ? t("emptyViewer") : t("emptyText")} />}
      {tables.data && tables.data.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {tables.data.map((table) => (
            <TableRow key={table.id} table={table} />
          ))}
        </ul>
      )}
      <NewTableDialog isOpen={isCreating} onOpenChange={setCreating} />
    </div>
  );
}

function TableRow({ table }: { table: DataTable }) {
  const { t } = useTranslation("tables");
  const keys = table.columns.filter((column) => column.is_key).map(nameOf);
  return (
    <li className="first:rounded-t-lg last:rounded-b-lg hover:bg-hover">
      <Link to="/data/$tableId" params={{ tableId: table.id }} className="flex items-center gap-3 rounded-md px-4 py-3.5">
        <span aria-hidden="true" className="grid size-9 flex-none place-items-center rounded-md bg-success-soft text-success">
          <Database strokeWidth={1.75} className="size-[18px]" />
        </span>
        <span className="min-w-0 grow">
          <span dir="auto" className="cut block font-medium">
            {table.name}
          </span>
          {table.description && (
            <span dir="auto" className="cut block text-13 text-ink-2">
              {table.description}
            </span>
          )}
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1 pt-1 text-12 text-ink-3">
            <span>{t("rows", { count: table.row_count })}</span>
            <span>{t("columns", { count: table.columns.length })}</span>
            {keys.length > 0 && <Badge icon={KeyRound}>{keys.join(" + ")}</Badge>}
          </span>
        </span>
      </Link>
    </li>
  );
}
