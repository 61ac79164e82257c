import { CircleStop, CornerDownRight, FastForward, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowSessionDetails } from "@/api/models";
import { Button } from "@/components";
import { EndDialog } from "./EndDialog";
import { MoveDialog } from "./MoveDialog";
import { ResumeDialog } from "./ResumeDialog";
import { VariableDialog } from "./VariableDialog";

export type ActDialogProps = { session: FlowSessionDetails; isShut: boolean; onClose: () => void };

/** What may be done with somebody who waits. Each asks first. */
export function ActButtons({ session, botId, isShut }: { session: FlowSessionDetails; botId: string; isShut: boolean }) {
  const { t } = useTranslation("people");
  const [open, setOpen] = useState<"move" | "resume" | "set" | "end" | null>(null);
  const props: ActDialogProps = { session, isShut, onClose: () => setOpen(null) };
  const endsByItself = session.wait !== "message" || session.until !== null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon={CornerDownRight} onClick={() => setOpen("move")}>
        {t("do.move")}
      </Button>
      {endsByItself && (
        <Button icon={FastForward} onClick={() => setOpen("resume")}>
          {t("do.resume")}
        </Button>
      )}
      <Button icon={Pencil} onClick={() => setOpen("set")}>
        {t("do.set")}
      </Button>
      <Button variant="ghost" icon={CircleStop} onClick={() => setOpen("end")}>
        {t("do.end")}
      </Button>
      {open === "move" && <MoveDialog {...props} botId={botId} />}
      {open === "resume" && <ResumeDialog {...props} />}
      {open === "set" && <VariableDialog {...props} />}
      {open === "end" && <EndDialog {...props} />}
    </div>
  );
}
