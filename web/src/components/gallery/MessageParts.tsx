import { ArrowRightLeft, Bot, Check, CircleAlert, Timer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Avatar, Badge, Bubble, BubbleChoices, BubbleRow, Count, DayLine, EventLine, MarkedText, MODE_LOOK, type Mode, PhoneNumber, Tick, type TickState, WingMeter } from "@/components";
import { Group } from "./Group";

const MODES: readonly Mode[] = ["bot", "human", "closed"];
const TICKS: readonly TickState[] = ["waiting", "sent", "delivered", "read", "unknown", "failed"];
const NAMES = ["Khalid Al-Harbi", "نورة العتيبي", "Sara Mitchell", "أبو عبدالله", "Priya Nair", "فهد الشمري"];

export function MessageParts() {
  const { t } = useTranslation(["parts", "common"]);
  return (
    <>
      <Group title={t("states")}>
        <div className="flex flex-wrap gap-1.5">
          {MODES.map((mode) => (
            <Badge key={mode} tone={MODE_LOOK[mode].tone} icon={MODE_LOOK[mode].icon}>
              {t(`common:mode.${mode}`)}
            </Badge>
          ))}
          <Badge tone="success" icon={Check}>
            {t("approved")}
          </Badge>
          <Badge tone="warning" icon={Timer}>
            {t("window")}
          </Badge>
          <Badge tone="danger" icon={CircleAlert}>
            {t("notDelivered")}
          </Badge>
          <Badge tone="outline">{t("tag")}</Badge>
          <Count value="2" label={t("headline")} />
        </div>
        <div className="mt-3 flex flex-wrap gap-4 text-12">
          {TICKS.map((state) => (
            <Tick key={state} state={state} showWord />
          ))}
        </div>
        <div className="mt-4 grid gap-5 pane:grid-cols-2">
          <div className="flex flex-col">
            <DayLine>{t("common:day.today")}</DayLine>
            <BubbleRow speaker="customer">
              <Bubble speaker="customer">{t("bubbleIn")}</Bubble>
            </BubbleRow>
            <BubbleRow speaker="customer" isGrouped footer="09:38">
              <Bubble speaker="customer" isGrouped>
                <MarkedText>{t("bubbleMarked")}</MarkedText>
              </Bubble>
            </BubbleRow>
            <EventLine icon={ArrowRightLeft}>{t("event")}</EventLine>
            <BubbleRow
              speaker="bot"
              author={
                <>
                  <Bot aria-hidden="true" strokeWidth={1.75} className="size-3.5" />
                  {t("common:mode.bot")}
                </>
              }
            >
              <Bubble speaker="bot">{t("bubbleBot")}</Bubble>
              <BubbleChoices
                tappedLabel={t("common:tick.sent")}
                choices={[
                  { id: "1", title: t("save"), isTapped: true },
                  { id: "2", title: t("notYet"), isTapped: false },
                ]}
              />
            </BubbleRow>
            <BubbleRow speaker="human" footer={<Tick state="read" />}>
              <Bubble speaker="human">{t("bubbleHuman")}</Bubble>
            </BubbleRow>
          </div>
          <div className="grid content-start gap-[11px] text-12 text-ink-2">
            <Wing left={20} words={t("left")} />
            <Wing left={2} tone="warning" words={t("leftLittle")} />
            <Wing left={0} words={t("shut")} />
            <Wing left={15} tone="accent" words={t("sending")} />
          </div>
        </div>
      </Group>
      <Group title={t("people")}>
        <div className="flex flex-wrap items-center gap-3">
          {NAMES.map((name, index) => (
            <Avatar key={name} name={name} size="list" mode={MODES[index % 3] ?? "bot"} />
          ))}
          <PhoneNumber number="+966500000142" />
          <Avatar name={NAMES[0] ?? ""} size="lg" />
          <Avatar name={NAMES[1] ?? ""} size="sm" />
        </div>
      </Group>
    </>
  );
}

function Wing({ left, tone = "ink", words }: { left: number; tone?: "ink" | "warning" | "accent"; words: string }) {
  return (
    <p className="flex items-center gap-2.5">
      <WingMeter left={left} tone={tone} className="w-[120px]" />
      {words}
    </p>
  );
}
