import { Ban, Contact, ShoppingBag } from "lucide-react";
import { usePhoneWords } from "./own";
import type { PhoneMessage } from "./world";

/** What on the phone is neither text nor file: cards, a cart, a message that was deleted. */
export function PhoneThing({ message }: { message: PhoneMessage }) {
  const { t } = usePhoneWords();
  if (message.deleted) {
    return (
      <p className="flex items-center gap-1.5 text-14 text-(--wa-ink-2)">
        <Ban aria-hidden="true" strokeWidth={1.75} className="size-4 flex-none" />
        {t("youDeleted")}
      </p>
    );
  }
  if (message.contacts) {
    return message.contacts.map(({ name, phones }, index) => (
      <p key={index} className="flex items-center gap-2 text-14">
        <Contact aria-hidden="true" strokeWidth={1.75} className="size-5 flex-none" />
        <span className="min-w-0">
          <bdi className="block font-medium break-words">{name?.formatted_name}</bdi>
          {phones?.map(({ phone }) => (
            <span key={phone} className="num ltr block text-12">
              {phone}
            </span>
          ))}
        </span>
      </p>
    ));
  }
  if (message.order) {
    const { product_items: items, text } = message.order;
    return (
      <div className="text-14">
        <p className="flex items-center gap-2 font-medium">
          <ShoppingBag aria-hidden="true" strokeWidth={1.75} className="size-5 flex-none" />
          {t("order.title")}
        </p>
        <ul>
          {items.map(({ product_retailer_id, quantity, item_price, currency }) => (
            <li key={product_retailer_id} className="flex gap-2">
              <span className="num ltr">{quantity} ×</span>
              <bdi className="min-w-0 grow break-words">{product_retailer_id}</bdi>
              <span className="num ltr">
                {item_price} {currency}
              </span>
            </li>
          ))}
        </ul>
        {text && <p dir="auto">{text}</p>}
      </div>
    );
  }
  return null;
}

/** Whether a message is shown by `PhoneThing`. */
export const isThing = (message: PhoneMessage): boolean => Boolean(message.deleted || message.contacts || message.order);
