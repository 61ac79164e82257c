import { useTranslation } from "react-i18next";
import type { DeadLetter } from "@/api/models";
import { Badge } from "@/components";
import { STATE_LOOK } from "./look";

/** Where a letter is, in a word; while it is under way, how far. */
export function StateBadge({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation("monitoring");
  const { tone, icon } = STATE_LOOK[letter.state];
  const step = letter.state === "retrying" && letter.sending_state ? letter.sending_state : null;
  return (
    <Badge tone={tone} icon={icon}>
      {step ? t(`letters.progress.${step}`) : t(`letters.state.${letter.state}`)}
    </Badge>
  );
}
