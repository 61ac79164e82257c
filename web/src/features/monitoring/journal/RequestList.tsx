import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { WebhookRequest } from "@/api/models";
import { Checkbox } from "@/components";
import { useFormat } from "@/features/auth/queries";
import type { Selection } from "../useSelection";
import { VERDICT_LOOK } from "./look";
import { ResultBadge } from "./ResultBadge";

type RequestListProps = { rows: readonly WebhookRequest[]; selection: Selection | null };

/** A table on a desktop, a list on a phone. */
export function RequestList({ rows, selection }: RequestListProps) {
  const { t } = useTranslation("monitoring");
  return (
    <>
      <table className="w-full table-fixed border-collapse text-13 max-pane:hidden">
        <thead>
          <tr className="border-b border-line text-12 text-ink-3">
            {selection && (
              <th scope="col" className="w-9 text-start">
                <Checkbox isOn={selection.all} onChange={selection.toggleAll} label={t("chooseAll")} />
              </th>
            )}
            {(["time", "channel", "what", "result", "signature"] as const).map((column) => (
              <th key={column} scope="col" className="py-2 pe-3 text-start font-medium">
                {t(`journal.column.${column}`)}
              </th>
            ))}
            <th scope="col" className="w-20 py-2 text-end font-medium">
              {t("journal.column.took")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((request) => (
            <tr key={request.id} className="border-b border-line hover:bg-hover">
              {selection && (
                <td>
                  <Choose request={request} selection={selection} />
                </td>
              )}
              <td className="py-2.5 pe-3">
                <When request={request} />
              </td>
              <td className="truncate py-2.5 pe-3">
                <bdi>{request.channels.map(({ name }) => name).join(t("comma"))}</bdi>
              </td>
              <td className="truncate py-2.5 pe-3">
                <What request={request} />
              </td>
              <td className="py-2.5 pe-3">
                <ResultBadge result={request.result} />
              </td>
              <td className="py-2.5 pe-3">
                <Signature request={request} />
              </td>
              <td className="num py-2.5 text-end text-ink-3">
                <Took request={request} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface pane:hidden">
        {rows.map((request) => (
          <li key={request.id} className="flex items-start gap-1 py-2 ps-1 pe-3 text-13">
            {selection && <Choose request={request} selection={selection} />}
            <div className="min-w-0 grow ps-2">
              <div className="flex items-center gap-2">
                <When request={request} />
                <span className="ms-auto">
                  <ResultBadge result={request.result} />
                </span>
              </div>
              <p className="truncate">
                <What request={request} />
              </p>
              <p className="flex items-center gap-1.5 text-12 text-ink-3">
                <bdi className="truncate">{request.channels.map(({ name }) => name).join(t("comma"))}</bdi>
                <span className="ms-auto flex-none">
                  <Signature request={request} />
                </span>
              </p>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Choose({ request, selection }: { request: WebhookRequest; selection: Selection }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  return <Checkbox isOn={selection.has(request.id)} onChange={(isOn) => selection.toggle(request.id, isOn)} label={t("choose", { name: format.full(request.received_at) })} />;
}

function When({ request }: { request: WebhookRequest }) {
  const format = useFormat();
  return (
    <Link to="/monitoring/webhooks/$requestId" params={{ requestId: request.id }} className="font-medium hover:underline pointer-coarse:-my-2.5 pointer-coarse:py-2.5" title={format.full(request.received_at)}>
      <time dateTime={request.received_at}>
        {format.date(request.received_at)} <span className="num">{format.seconds(request.received_at)}</span>
      </time>
    </Link>
  );
}

function What({ request }: { request: WebhookRequest }) {
  const { t } = useTranslation("monitoring");
  return (
    <>
      <span dir="ltr" className="font-mono text-12">
        {request.fields.map((field) => field || "?").join(", ")}
      </span>
      {request.items > 0 && <span className="text-ink-3"> · {t("journal.items", { count: request.items })}</span>}
    </>
  );
}

function Signature({ request }: { request: WebhookRequest }) {
  const { t } = useTranslation("monitoring");
  const Icon = VERDICT_LOOK[request.verdict];
  const isBad = request.verdict === "invalid" || request.verdict === "missing";
  return (
    <span className={`inline-flex items-center gap-1 align-middle text-12 ${isBad ? "text-danger" : "text-ink-3"}`}>
      <Icon aria-hidden="true" strokeWidth={1.75} className="size-3.5 flex-none" />
      {t(`journal.verdict.${request.verdict}`)}
    </span>
  );
}

function Took({ request }: { request: WebhookRequest }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  if (request.took_ms === null) return "–";
  return t("journal.ms", { value: format.number(Math.round(request.took_ms * 10) / 10) });
}
