import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Badge, Button } from "@/components";
import { useFormat } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { passesQuery, useRevokePass } from "./queries";

/** Who may try the draft, or did: each may be let out again. */
export function Passes({ botId }: { botId: string }) {
  const { t } = useTranslation("preview");
  const format = useFormat();
  const { reasonOf } = useErrorWords();
  const passes = useQuery(passesQuery(botId));
  const revoke = useRevokePass(botId);
  if (passes.isError) return <p className="text-13 text-danger">{reasonOf(passes.error)}</p>;
  if (!passes.data?.length) return null;
  return (
    <section aria-label={t("try.passes")} className="border-t border-line pt-2">
      <h3 className="text-12 font-medium text-ink-2">{t("try.passes")}</h3>
      <ul className="max-h-48 overflow-y-auto text-13">
        {passes.data.map((pass) => (
          <li key={pass.id} className="flex items-center gap-2 py-1.5">
            <span className="min-w-0 grow">
              <bdi>{pass.contact_name ?? pass.contact_phone ?? t("try.nobody")}</bdi>{" "}
              <span className="text-12 text-ink-3">{t("try.until", { time: `${format.day(pass.expires_at)}, ${format.time(pass.expires_at)}` })}</span>
            </span>
            <Badge>{t(pass.is_under_way ? "try.state.underWay" : `try.state.${pass.state}`)}</Badge>
            {(pass.state === "open" || pass.state === "bound") && (
              <Button size="sm" isBusy={revoke.isPending && revoke.variables === pass.id} onClick={() => revoke.mutate(pass.id)}>
                {t("try.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {revoke.isError && (
        <p role="alert" className="text-13 text-danger">
          {reasonOf(revoke.error)}
        </p>
      )}
    </section>
  );
}
