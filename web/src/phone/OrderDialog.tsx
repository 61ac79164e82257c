import { type FormEvent, useState } from "react";
import { Button, Dialog, Field, Input } from "@/components";
import { readNumber } from "@/i18n/digits";
import { usePhoneWords } from "./own";

type Order = { product_items: { product_retailer_id: string; quantity: number; item_price: number; currency: string }[]; text?: string };
type OrderDialogProps = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void; onSend: (order: Order) => void };

const EMPTY = { product: "", quantity: "1", price: "", currency: "SAR", note: "" };

/** A cart of one item, as a catalogue would send it. */
export function OrderDialog({ isOpen, onOpenChange, onSend }: OrderDialogProps) {
  const { t } = usePhoneWords();
  const [order, setOrder] = useState(EMPTY);
  const [isAsked, setAsked] = useState(false);
  const quantity = readNumber(order.quantity) ?? 0;
  const price = readNumber(order.price);
  const faults = {
    product: order.product.trim() ? undefined : t("order.needed"),
    quantity: Number.isInteger(quantity) && quantity > 0 ? undefined : t("order.wholeNumber"),
    price: price !== null && price >= 0 ? undefined : t("order.amount"),
    currency: /^[A-Z]{3}$/u.test(order.currency) ? undefined : t("order.code"),
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (price === null || Object.values(faults).some(Boolean)) return;
    const item = { product_retailer_id: order.product.trim(), quantity, item_price: price, currency: order.currency };
    onSend({ product_items: [item], ...(order.note.trim() && { text: order.note.trim() }) });
    setOrder(EMPTY);
    setAsked(false);
    onOpenChange(false);
  };
  const field = (name: keyof typeof EMPTY, options: { inputMode?: "numeric" | "decimal"; error?: string | undefined } = {}) => (
    <Field label={t(`order.${name}`)} error={isAsked ? options.error : undefined}>
      <Input value={order[name]} onChange={(event) => setOrder({ ...order, [name]: event.currentTarget.value })} {...(options.inputMode && { inputMode: options.inputMode })} />
    </Field>
  );
  return (
    <Dialog isOpen={isOpen} onOpenChange={onOpenChange} title={t("order.title")}>
      <form onSubmit={submit} noValidate className="mt-3 grid gap-3">
        {field("product", { error: faults.product })}
        <div className="grid grid-cols-3 gap-2">
          {field("quantity", { inputMode: "numeric", error: faults.quantity })}
          {field("price", { inputMode: "decimal", error: faults.price })}
          {field("currency", { error: faults.currency })}
        </div>
        {field("note")}
        <div className="flex justify-end">
          <Button type="submit" variant="primary">
            {t("order.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
