import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components";
import { ImportDialog } from "./ImportDialog";

/** Opens the way in for bots of another Hoopoe, or of another product. */
export function ImportButton() {
  const { t } = useTranslation("exchange");
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={FileUp} onClick={() => setOpen(true)}>
        {t("import")}
      </Button>
      {isOpen && <ImportDialog onClose={() => setOpen(false)} />}
    </>
  );
}
