import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Empty, ErrorState, SkeletonRows } from "@/components";
import { useMay } from "@/features/workspace/useMay";
import { CredentialDialog } from "./CredentialDialog";
import { CredentialRow } from "./CredentialRow";
import { credentialsQuery } from "./queries";

/** The secrets that flows send to other systems: by which name, to where, and which steps send them. */
export function CredentialsPage() {
  const { t } = useTranslation("outside");
  const mayRead = useMay("bots:read");
  const mayWrite = useMay("bots:write");
  const credentials = useQuery({ ...credentialsQuery, enabled: mayRead === true });
  const [isCreating, setCreating] = useState(false);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-start gap-3">
        <p className="min-w-0 grow basis-60 text-13 text-ink-2">{t("credentials.text")}</p>
        {mayWrite && (
          <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
            {t("credentials.create")}
          </Button>
        )}
      </div>
      {credentials.isPending && <SkeletonRows rows={3} />}
      {credentials.isLoadingError && <ErrorState title={t("credentials.failed")} text={t("failedText")} error={credentials.error} action={{ label: t("again"), onPress: () => void credentials.refetch() }} />}
      {credentials.data?.length === 0 && <Empty title={t("credentials.empty")} text={t("credentials.emptyText")} />}
      {credentials.data && credentials.data.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {credentials.data.map((credential) => (
            <CredentialRow key={credential.id} credential={credential} mayWrite={mayWrite === true} />
          ))}
        </ul>
      )}
      <CredentialDialog isOpen={isCreating} onOpenChange={setCreating} />
    </>
  );
}
