import { useTranslation } from "react-i18next";
import type { WebhookPart, WebhookRequest } from "@/api/models";
import { Badge } from "@/components";
import { RESULT_LOOK } from "./look";

/** What became of a request, or of a part of it, in a word. */
export function ResultBadge({ result }: { result: WebhookRequest["result"] | WebhookPart["result"] }) {
  const { t } = useTranslation("monitoring");
  const { tone, icon } = RESULT_LOOK[result];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`journal.result.${result}`)}
    </Badge>
  );
}
