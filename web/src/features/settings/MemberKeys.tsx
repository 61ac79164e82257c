import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Me, MemberToken } from "@/api/models";
import { ErrorState, SkeletonRows } from "@/components";
import { useMay } from "../workspace/useMay";
import { KeyRow } from "./KeyRow";
import { More } from "./More";
import { memberTokensQuery, useRevokeMemberToken } from "./queries";

/** The keys of all other members: whose, what each may, when it was last used. Who manages members ends them, an owner's only an owner. */
export function MemberKeys({ me }: { me: Me }) {
  const { t } = useTranslation("settings");
  const tokens = useInfiniteQuery(memberTokensQuery(me.workspace.id));
  const others = tokens.data?.pages.flatMap((page) => page.data).filter((token) => token.user_id !== me.user.id) ?? [];
  const mayManage = useMay("members:write");
  const mayRevoke = (token: MemberToken) => mayManage === true && (token.user_role !== "owner" || me.workspace.role === "owner");
  return (
    <section className="mt-8" aria-labelledby="member-keys">
      <h2 id="member-keys" className="text-16">
        {t("keys.others.title")}
      </h2>
      <p className="mt-0.5 mb-4 text-13 text-ink-2">{t("keys.others.text")}</p>
      {tokens.isPending && <SkeletonRows rows={2} />}
      {tokens.isError && (
        <ErrorState title={t("keys.others.failed")} text={t("failedText")} error={tokens.error} action={{ label: t("again"), onPress: () => void tokens.refetch() }} />
      )}
      {tokens.isSuccess && others.length === 0 && !tokens.hasNextPage && <p className="text-13 text-ink-3">{t("keys.others.empty")}</p>}
      {others.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {others.map((token) => (
            <MemberKey key={token.id} token={token} mayRevoke={mayRevoke(token)} />
          ))}
        </ul>
      )}
      <More pages={tokens} />
    </section>
  );
}

function MemberKey({ token, mayRevoke }: { token: MemberToken; mayRevoke: boolean }) {
  const revoke = useRevokeMemberToken();
  return <KeyRow token={token} holder={{ name: token.user_name, email: token.user_email }} revoke={mayRevoke ? revoke : null} />;
}
