import { ShoppingBag } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Bubble, type Speaker } from "@/components";
import { useFormat } from "@/features/auth/queries";
import type { OrderLine, ThingContent } from "../things";

type OrderBodyProps = { content: Extract<ThingContent, { kind: "order" }>; speaker: Speaker; isGrouped: boolean };

/** A cart that the customer sent: what, how much of it, and the sum. */
export function OrderBody({ content, speaker, isGrouped }: OrderBodyProps) {
  const { t } = useTranslation("inbox");
  const format = useFormat();
  const { lines, total, currency, decimals, note } = content;
  const sumOf = ({ price, quantity, currency: own }: OrderLine) => (price === null || own === null ? "–" : format.money(price * quantity, own, own === currency ? decimals : undefined));
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      <table className="w-[300px] max-w-full border-collapse text-13">
        <caption className="mb-1.5 flex items-center gap-1.5 text-start text-14 font-medium">
          <ShoppingBag aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none text-ink-2" />
          {t("order.title", { count: lines.length })}
        </caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t("order.quantity")}</th>
            <th scope="col">{t("order.product")}</th>
            <th scope="col">{t("order.price")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index} className="border-t border-line align-top">
              <td className="num py-1 pe-2 whitespace-nowrap text-ink-2">
                <span className="ltr">{format.number(line.quantity)} ×</span>
              </td>
              <td className="py-1 pe-2 break-words">
                <bdi>{line.product}</bdi>
              </td>
              <td className="num py-1 text-end whitespace-nowrap"><bdi>{sumOf(line)}</bdi></td>
            </tr>
          ))}
        </tbody>
        {total !== null && currency !== null && (
          <tfoot>
            <tr className="border-t border-line-strong font-semibold">
              <th scope="row" colSpan={2} className="py-1 pe-2 text-start font-semibold">
                {t("order.total")}
              </th>
              <td className="num py-1 text-end whitespace-nowrap">
                <bdi>{format.money(total, currency, decimals)}</bdi>
              </td>
            </tr>
          </tfoot>
        )}
      </table>
      {note && (
        <span dir="auto" className="mt-1.5 block">
          {note}
        </span>
      )}
    </Bubble>
  );
}
