import { ChevronDown, ChevronUp, Ellipsis, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/app/preferences";
import { Button, IconButton, Menu, MenuItem } from "@/components";
import { type Json, newId } from "../model/doc";
import { getIn } from "../model/path";
import { type FormField, isCounting } from "../model/schema";
import { FaultLine } from "./FaultLine";
import { FieldView } from "./FieldView";
import { useStepForm } from "./form";
import { LocalizedField } from "./LocalizedField";

type ListFieldProps = { field: FormField; path: string; isOfTexts?: boolean };

/** Several of a kind: buttons, rows, sections, choices. Each is one line of its texts, side by side in each language; the rest folds out. */
export function ListField({ field, path, isOfTexts = false }: ListFieldProps) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const form = useStepForm();
  const value = getIn(form.config, path);
  const items = Array.isArray(value) ? value : [];
  const noun = field.label?.[language] ?? field.name;
  const isFull = field.maxItems !== undefined && items.length >= field.maxItems;
  const move = (at: number, to: number) => {
    const copy = [...items];
    const [item] = copy.splice(at, 1);
    if (item !== undefined) form.set(path, [...copy.slice(0, to), item, ...copy.slice(to)]);
  };
  return (
    <ol className="grid gap-2">
      {items.map((_, at) => (
        <li key={at}>
          <Item field={field} path={`${path}.${at}`} number={at + 1} isOfTexts={isOfTexts}>
            <Menu trigger={<IconButton size="sm" icon={Ellipsis} label={t("itemMenu", { name: `${noun} ${at + 1}` })} className="pointer-coarse:h-11 pointer-coarse:w-9" />}>
              {at > 0 && (
                <MenuItem icon={ChevronUp} onSelect={() => move(at, at - 1)}>
                  {t("moveUp")}
                </MenuItem>
              )}
              {at < items.length - 1 && (
                <MenuItem icon={ChevronDown} onSelect={() => move(at, at + 1)}>
                  {t("moveDown")}
                </MenuItem>
              )}
              {items.length > (field.minItems ?? 0) && (
                <MenuItem icon={X} onSelect={() => form.set(path, items.length === 1 && !field.isRequired ? undefined : items.filter((_, index) => index !== at))}>
                  {t("remove")}
                </MenuItem>
              )}
            </Menu>
          </Item>
        </li>
      ))}
      {!isFull && (
        <li>
          <Button size="sm" variant="ghost" icon={Plus} onClick={() => form.set(path, [...items, isOfTexts ? blankText(form.languages) : blankItem(field, form.languages)])}>
            {t("addOne")}
          </Button>
        </li>
      )}
    </ol>
  );
}

function Item({ field, path, number, isOfTexts, children }: { field: FormField; path: string; number: number; isOfTexts: boolean; children: React.ReactNode }) {
  const { t } = useTranslation("editor");
  const language = useLanguage();
  const form = useStepForm();
  const [isOpen, setOpen] = useState(false);
  const main = field.fields.find((inner) => inner.kind === "localized" && inner.isRequired) ?? field.fields.find((inner) => inner.kind === "localized");
  const lists = field.fields.filter((inner) => inner.kind === "list");
  const rest = field.fields.filter((inner) => inner !== main && inner.kind !== "list" && isCounting(inner, field.fields, getIn(form.config, path)));
  const label = `${field.label?.[language] ?? field.name} ${number}`;
  const own = form.faults.filter((fault) => fault.field === path || rest.some((inner) => fault.field === `${path}.${inner.name}`));
  const textPath = isOfTexts ? path : main && `${path}.${main.name}`;
  return (
    <div className="rounded-md border border-line bg-surface p-1.5">
      <div className="flex items-start gap-1">
        <span className="num mt-1.5 w-5 flex-none text-center text-12 text-ink-3">{number}</span>
        <div className="min-w-0 grow">
          {!textPath && (
            <div className="grid gap-2 pe-1">
              {rest.map((inner) => (
                <FieldView key={inner.name} field={inner} path={`${path}.${inner.name}`} />
              ))}
            </div>
          )}
          {textPath && <LocalizedField path={textPath} label={main?.label?.[language] ? `${label}, ${main.label[language]}` : label} isSideBySide hasCaption={false} />}
        </div>
        {children}
      </div>
      {textPath && !isOpen && own.map((fault) => (
        <FaultLine key={`${fault.field}${fault.code}`} fault={fault} />
      ))}
      {lists.map((inner) => (
        <div key={inner.name} className="mt-2 ps-6">
          <ListField field={inner} path={`${path}.${inner.name}`} />
        </div>
      ))}
      {textPath && rest.length > 0 && (
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="ms-6 mt-1 flex items-center gap-1 text-12 text-ink-3 hover:text-ink pointer-coarse:min-h-11">
          <ChevronDown aria-hidden="true" className={isOpen ? "size-3 rotate-180" : "size-3"} />
          {rest.map((inner) => inner.label?.[language] ?? inner.name).join(" · ")}
        </button>
      )}
      {textPath && isOpen && (
        <div className="mt-2 grid gap-2 ps-6">
          {rest.map((inner) => (
            <FieldView key={inner.name} field={inner} path={`${path}.${inner.name}`} />
          ))}
        </div>
      )}
      <span className="sr-only">{t("itemOf", { name: label })}</span>
    </div>
  );
}

const blankText = (languages: readonly string[]): Json => Object.fromEntries(languages.map((language) => [language, ""]));

/** One more: its texts empty, its id one that no other has. */
function blankItem(field: FormField, languages: readonly string[]): Json {
  const item: { [key: string]: Json } = {};
  for (const inner of field.fields) {
    if (!inner.isRequired) continue;
    if (inner.widget === "id") item[inner.name] = newId("option");
    else if (inner.kind === "localized") item[inner.name] = blankText(languages);
    else if (inner.kind === "list") item[inner.name] = [blankItem(inner, languages)];
    else item[inner.name] = inner.default ?? inner.options[0]?.value ?? (inner.kind === "number" ? (inner.min ?? 0) : inner.kind === "tags" || inner.kind === "multiselect" ? [] : "");
  }
  return item;
}
