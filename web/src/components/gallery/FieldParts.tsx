import { Bot, SendHorizontal } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, CopyLine, Field, IconButton, Input, Kbd, LongSelect, Select, Switch, Tabs, Textarea, useToast } from "@/components";
import { Group } from "./Group";

export function FieldParts() {
  const { t } = useTranslation("parts");
  const [isOn, setOn] = useState(true);
  const [choice, setChoice] = useState("one");
  const [zone, setZone] = useState("Asia/Riyadh");
  const toast = useToast();
  const [tab, setTab] = useState<"mine" | "closed">("mine");
  return (
    <>
      <Group title={t("buttons")}>
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="accent" iconEnd={SendHorizontal} isIconDirected>
            {t("send")}
          </Button>
          <Button variant="primary">{t("save")}</Button>
          <Button icon={Bot}>{t("handBack")}</Button>
          <Button variant="ghost">{t("remove")}</Button>
          <Button variant="danger">{t("erase")}</Button>
          <Button variant="primary" icon={SendHorizontal} isBusy>
            {t("saving")}
          </Button>
          <Button size="sm">{t("remove")}</Button>
          <Button size="sm" variant="ghost" icon={Bot}>
            {t("handBack")}
          </Button>
          <Button size="lg" variant="primary">
            {t("save")}
          </Button>
          <IconButton icon={Bot} label={t("save")} variant="primary" />
          <IconButton icon={Bot} label={t("remove")} size="sm" variant="secondary" />
          <IconButton icon={Bot} label={t("handBack")} />
        </div>
      </Group>
      <Group title={t("fields")}>
        <div className="grid gap-5 pane:grid-cols-2">
          <Field label={t("address")} help={t("addressHelp")}>
            <Input dir="ltr" defaultValue="https://chat.qamar.example" />
          </Field>
          <Field label={t("token")} error={t("tokenError")}>
            <Input dir="ltr" defaultValue="EAAGm0PX4ZCps…" />
          </Field>
          <Field label={t("choice")}>
            <Select
              value={choice}
              onChange={setChoice}
              options={[
                { value: "one", label: t("choiceOne") },
                { value: "two", label: t("choiceTwo") },
              ]}
            />
          </Field>
          <Field label={t("zone")}>
            <LongSelect
              value={zone}
              onChange={setZone}
              groups={[
                { options: [{ value: "UTC", label: "UTC" }] },
                { label: t("zoneNear"), options: [{ value: "Asia/Riyadh", label: t("riyadh") }] },
              ]}
            />
          </Field>
          <Field label={t("note")} aside={<span className="num text-ink-3">{"0 / 1024"}</span>}>
            <Textarea rows={2} />
          </Field>
          <CopyLine label={t("link")} help={t("linkHelp")} value="https://chat.qamar.example/invitation#hit_4f2a" onCopied={() => toast({ text: t("copied") })} />
          <Field label={t("large")} size="lg" help={t("largeHelp")}>
            <Input size="lg" />
          </Field>
          <Field label={t("largeWrong")} size="lg" error={t("tokenError")}>
            <Input size="lg" />
          </Field>
        </div>
        <div className="mt-4 flex items-center gap-3 text-13">
          <Switch isOn={isOn} onChange={setOn} label={t("sounds")} />
          {t("sounds")}
          <Switch isOn={!isOn} onChange={(next) => setOn(!next)} label={t("silence")} />
          {t("silence")}
          <Kbd>/</Kbd>
        </div>
      </Group>
      <Group title={t("tabs")}>
        <Tabs
          label={t("tabs")}
          value={tab}
          onChange={setTab}
          items={[
            { value: "mine", label: t("mine"), count: "4" },
            { value: "closed", label: t("closed") },
          ]}
        >
          <p className="pt-2 text-13 text-ink-2">{tab === "mine" ? t("headline") : t("nobody")}</p>
        </Tabs>
      </Group>
    </>
  );
}
