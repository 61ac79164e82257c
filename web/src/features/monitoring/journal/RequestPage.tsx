import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { WebhookPart, WebhookRequestDetails } from "@/api/models";
import { Button, ErrorState, SkeletonRows } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useMay } from "@/features/workspace/useMay";
import { BackLink } from "../BackLink";
import { Facts } from "../Facts";
import { Pairs, Payload } from "../Payload";
import { readBody } from "../payload";
import { requestQuery } from "../queries";
import { ResultBadge } from "./ResultBadge";
import { useReplaying } from "./useReplaying";

const route = getRouteApi("/signed-in/monitoring/webhooks/$requestId");

/** One request: what is known of it, its parts and what became of each thing in them, headers and bytes. */
export function RequestPage() {
  const { t } = useTranslation("monitoring");
  const { requestId } = route.useParams();
  const request = useQuery(requestQuery(requestId));
  return (
    <div className="mx-auto w-full max-w-[860px] overflow-y-auto p-4 pane:p-8">
      <BackLink to="/monitoring/webhooks">{t("journal.title")}</BackLink>
      {request.isPending && <SkeletonRows rows={4} />}
      {request.isError && (
        <ErrorState title={t("journal.oneFailed")} text={t("failedText")} error={request.error} action={{ label: t("again"), onPress: () => void request.refetch() }} />
      )}
      {request.data && <Details request={request.data} />}
    </div>
  );
}

function Details({ request }: { request: WebhookRequestDetails }) {
  const { t } = useTranslation("monitoring");
  const format = useFormat();
  const mayReplay = useMay("journal:write");
  const { replay, isReplaying, said } = useReplaying();
  const canReplay = mayReplay && request.parts.some(({ result }) => result !== "refused" && result !== "answered");
  return (
    <div className="grid gap-5">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="text-18">{format.full(request.received_at)}</h1>
        <ResultBadge result={request.result} />
        {canReplay && (
          <Button variant="primary" icon={RotateCw} isBusy={isReplaying} className="ms-auto" onClick={() => replay([request.id])}>
            {t("journal.replay")}
          </Button>
        )}
      </header>
      <div className="empty:hidden">{said}</div>
      <p className="text-13 text-ink-2">{t(`journal.meaning.${request.result}`)}</p>
      <Facts
        facts={[
          { name: t("channel"), value: <bdi>{request.channels.map(({ name }) => name).join(t("comma")) || "–"}</bdi> },
          { name: t("journal.column.signature"), value: t(`journal.verdict.${request.verdict}`) },
          request.path ? { name: t("journal.address"), value: <span dir="ltr" className="font-mono text-12">{`${request.method} ${request.path}`}</span>, isLong: true } : null,
          request.status ? { name: t("journal.answer"), value: <span className="num">{request.status}</span> } : null,
          request.took_ms === null ? null : { name: t("journal.column.took"), value: t("journal.ms", { value: format.number(request.took_ms) }) },
          request.body_bytes === null ? null : { name: t("journal.size"), value: t("journal.bytes", { count: request.body_bytes }) },
          { name: t("journal.requestId"), value: <span dir="ltr" className="font-mono text-12">{request.id}</span>, isLong: true },
        ]}
      />
      {request.parts.map((part) => (
        <Part key={part.id} part={part} />
      ))}
      {request.headers && (
        <section>
          <h2 className="mb-1.5 text-14 font-semibold">{t("journal.headers")}</h2>
          <Pairs pairs={Object.entries(request.headers)} />
        </section>
      )}
      {request.body === null ? (
        <p className="text-13 text-ink-3">{t("journal.shared")}</p>
      ) : (
        <>
          <Payload title={t("journal.body")} shown={readBody(request.body, request.headers?.["content-type"])} raw={request.body} />
          {request.is_body_cut && <p className="text-13 text-ink-3">{t("journal.cut")}</p>}
        </>
      )}
    </div>
  );
}

function Part({ part }: { part: WebhookPart }) {
  const { t } = useTranslation("monitoring");
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h2 className="mb-1 flex items-center gap-2 text-14 font-semibold">
        <span dir="ltr" className="font-mono text-13">
          {part.field || "?"}
        </span>
        <ResultBadge result={part.result} />
      </h2>
      {part.reason && (
        <p dir="ltr" className="font-mono text-12 text-danger [overflow-wrap:anywhere] rtl:text-end">
          {part.reason}
        </p>
      )}
      {part.inputs.length > 0 && (
        <ul className="my-2 divide-y divide-line text-13">
          {part.inputs.map((input) => (
            <li key={input.key} className="flex flex-wrap items-baseline gap-x-2 py-1.5">
              <span>{t(`journal.kind.${input.kind}` as "journal.kind.message", { defaultValue: input.kind })}</span>
              <span dir="ltr" className="min-w-0 font-mono text-12 text-ink-3 [overflow-wrap:anywhere]">
                {input.provider_id}
              </span>
              <span className="ms-auto text-12 text-ink-2">{t(`journal.state.${input.state}`)}</span>
            </li>
          ))}
        </ul>
      )}
      {part.raw !== null && (
        <details className="text-13">
          <summary className="w-fit cursor-pointer text-ink-2">{t("journal.raw")}</summary>
          <div className="mt-2">
            <Payload title={t("journal.part")} shown={{ kind: "json", text: JSON.stringify(part.raw, null, 2) }} raw={JSON.stringify(part.raw)} />
          </div>
        </details>
      )}
    </section>
  );
}
