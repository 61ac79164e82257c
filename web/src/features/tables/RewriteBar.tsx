import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Button, useToast } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { LostValues } from "./LostValues";
import { type DataTable, type TableRewrite, useAcceptRewrite, useCancelRewrite } from "./queries";

type RewriteBarProps = { table: DataTable; rewrite: TableRewrite; mayWrite: boolean };

/** A change of columns that a worker makes: how far it is, what it asks, why it failed; it can be stopped. */
export function RewriteBar({ table, rewrite, mayWrite }: RewriteBarProps) {
  const { t } = useTranslation("tables");
  const toast = useToast();
  const words = useErrorWords();
  const queryClient = useQueryClient();
  const accept = useAcceptRewrite(table.id);
  const cancel = useCancelRewrite(table.id);
  // When it is over, the rows have other cells.
  useEffect(() => () => void queryClient.invalidateQueries({ queryKey: ["tables", "rows", table.id] }), [queryClient, table.id]);
  const after = { onError: (error: unknown) => toast({ text: words.reasonOf(error) }) };
  const stop = (label: string) =>
    mayWrite && (
      <Button isBusy={cancel.isPending} onClick={() => cancel.mutate(rewrite.id, after)}>
        {label}
      </Button>
    );
  const title = rewrite.kind === "key" ? t("rewrite.key") : t("rewrite.column", { name: rewrite.subject });
  switch (rewrite.state) {
    case "asking":
      return (
        <Bar title={title}>
          {rewrite.report && <LostValues report={rewrite.report} />}
          <div className="flex flex-wrap gap-2">
            {stop(t("rewrite.leave"))}
            {mayWrite && (
              <Button variant="danger" isBusy={accept.isPending} onClick={() => accept.mutate(rewrite.id, after)}>
                {t("column.discard")}
              </Button>
            )}
          </div>
        </Bar>
      );
    case "failed":
      return (
        <Bar title={title}>
          <p className="text-danger">{rewrite.report?.same ? t("rewrite.same", { count: rewrite.report.same }) : t("rewrite.failed")}</p>
          <div>{stop(t("close"))}</div>
        </Bar>
      );
    default:
      return (
        <Bar title={title}>
          <Progress rewrite={rewrite} />
          <div>{stop(t("rewrite.stop"))}</div>
        </Bar>
      );
  }
}

function Bar({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="mb-4 grid gap-2 rounded-lg border border-line bg-surface p-4 text-13">
      <h2 className="text-14 font-medium">{title}</h2>
      {children}
    </section>
  );
}

function Progress({ rewrite }: { rewrite: TableRewrite }) {
  const { t } = useTranslation("tables");
  const format = useFormat();
  return (
    <>
      <p className="text-ink-2">{t("rewrite.meanwhile")}</p>
      <progress aria-label={t("rewrite.progress")} max={Math.max(rewrite.total, 1)} value={rewrite.done} className="h-2 w-full accent-(--accent)" />
      <p role="status">{rewrite.state === "queued" ? t("rewrite.queued") : t("import.progress", { done: format.number(rewrite.done), total: format.number(rewrite.total) })}</p>
    </>
  );
}
