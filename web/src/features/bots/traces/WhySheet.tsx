import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState, Sheet, SkeletonRows } from "@/components";
import { type Asked, traceQuery } from "./queries";
import { TraceView } from "./TraceView";

/** "Why did the bot say this?", beside the work; on phones over it. */
export function WhySheet({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  const { t } = useTranslation("insight");
  const title = asked && "eventId" in asked ? t("whyEvent") : t("why");
  return (
    <Sheet isOpen={asked !== null} onOpenChange={(isOpen) => !isOpen && onClose()} title={title}>
      <div className="p-4 pt-5">
        <h2 className="mb-4 pe-10 text-16">{title}</h2>
        {asked && <Answer asked={asked} />}
      </div>
    </Sheet>
  );
}

function Answer({ asked }: { asked: Asked }) {
  const { t } = useTranslation(["insight", "common"]);
  const trace = useQuery(traceQuery(asked));
  if (trace.isPending) return <SkeletonRows />;
  if (trace.isLoadingError) return <ErrorState title={t("failed")} text={t("failedText")} error={trace.error} action={{ label: t("common:tryAgain"), onPress: () => void trace.refetch() }} />;
  const { sprint, known, days_kept: days } = trace.data ?? { sprint: null, known: {}, days_kept: 0 };
  if (sprint) return <TraceView sprint={sprint} known={known} {...("messageId" in asked && { messageId: asked.messageId })} />;
  return (
    <div className="text-13 text-ink-2">
      <p>{days > 0 ? t("gone", { count: days }) : t("notKept")}</p>
    </div>
  );
}
