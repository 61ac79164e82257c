import { useTranslation } from "react-i18next";
import { Dialog, Kbd } from "@/components";

const KEYS = [
  ["add", "/"],
  ["walk", "↑ ↓ ← →"],
  ["links", "C"],
  ["nudge", "⇧ ↑ ↓ ← →"],
  ["edit", "Enter"],
  ["remove", "Delete"],
  ["undo", "Ctrl Z"],
  ["redo", "Ctrl ⇧ Z"],
  ["copy", "Ctrl C · X · V"],
  ["duplicate", "Ctrl D"],
  ["all", "Ctrl A"],
  ["many", "⇧"],
  ["align", "Alt A · H · D"],
  ["alignUp", "Alt W · V · S"],
  ["spread", "Alt ⇧ H · V"],
  ["tidy", "L"],
  ["fit", "F"],
  ["zoom", "+ −"],
  ["menu", "⇧ F10"],
  ["help", "?"],
] as const;

/** Every key of the canvas. */
export function ShortcutsDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation("editor");
  return (
    <Dialog isOpen={isOpen} onOpenChange={onClose} title={t("shortcuts.title")}>
      <dl className="mt-3 grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 text-13">
        {KEYS.map(([name, keys]) => (
          <div key={name} className="contents">
            <dt className="text-ink-2">{t(`shortcuts.${name}`)}</dt>
            <dd dir="ltr">
              <Kbd>{keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
