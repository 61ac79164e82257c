import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LongSelect } from "@/components";
import { CredentialDialog } from "@/features/credentials/CredentialDialog";
import { hostOf } from "@/features/credentials/hosts";
import { credentialsQuery } from "@/features/credentials/queries";
import type { Json } from "../model/doc";
import { getIn } from "../model/path";
import { useEditor } from "../model/useEditor";
import { useStepForm } from "./form";

const NEW = "\0new";

type CredentialFieldProps = { label: string; value: Json | undefined; onChange: (value: Json | undefined) => void };

/** A stored secret by its name, or a new one in place. */
export function CredentialField({ label, value, onChange }: CredentialFieldProps) {
  const { t } = useTranslation("outside");
  const { recheck } = useEditor();
  const form = useStepForm();
  const credentials = useQuery(credentialsQuery);
  const [isCreating, setCreating] = useState(false);
  const chosen = typeof value === "string" ? value : "";
  const names = credentials.data?.map((credential) => credential.name) ?? [];
  const isElsewhere = chosen !== "" && credentials.isSuccess && !names.includes(chosen);
  return (
    <>
      <LongSelect
        label={label}
        value={chosen}
        onChange={(name) => (name === NEW ? setCreating(true) : onChange(name || undefined))}
        groups={[
          { options: [{ value: "", label: t("field.none") }] },
          { label: t("field.stored"), options: [...names, ...(chosen && !names.includes(chosen) ? [chosen] : [])].map((name) => ({ value: name, label: name === chosen && isElsewhere ? t("field.missing", { name }) : name })) },
          { options: [{ value: NEW, label: t("field.create") }] },
        ]}
      />
      <CredentialDialog
        isOpen={isCreating}
        onOpenChange={setCreating}
        start={{ name: isElsewhere ? chosen : "", host: hostOf(String(getIn(form.config, "url") ?? "")) }}
        onSaved={(created) => {
          onChange(created.name);
          recheck();
        }}
      />
    </>
  );
}
