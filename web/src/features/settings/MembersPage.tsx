import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Member, Role } from "@/api/models";
import { Avatar, Badge, Button, Dialog, ErrorState, Select, SkeletonRows, useToast } from "@/components";
import { useFormat, useSession } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useMay } from "../workspace/useMay";
import { Invitations } from "./Invitations";
import { More } from "./More";
import { meQuery, membersQuery, useChangeRole, useRemoveMember } from "./queries";

const ROLES: readonly Role[] = ["owner", "admin", "agent", "viewer"];

/** Who belongs to the workspace, and what each may do. */
export function MembersPage() {
  const { t } = useTranslation("settings");
  const members = useInfiniteQuery(membersQuery(useSession()?.workspace.id ?? ""));
  const me = useQuery(meQuery).data;
  const mayManage = useMay("members:write");
  if (members.isPending) return <SkeletonRows rows={3} />;
  if (members.isLoadingError)
    return <ErrorState title={t("members.failed")} text={t("failedText")} error={members.error} action={{ label: t("again"), onPress: () => void members.refetch() }} />;
  const roles = ROLES.filter((role) => role !== "owner" || me?.workspace.role === "owner");
  return (
    <>
      <p className="mb-4 text-13 text-ink-2">{t("members.text")}</p>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {members.data.pages
          .flatMap((page) => page.data)
          .map((member) => (
            <MemberRow
              key={member.user_id}
              member={member}
              isSelf={member.user_id === me?.user.id}
              mayChange={mayManage === true && (member.role !== "owner" || me?.workspace.role === "owner")}
              roles={roles}
            />
          ))}
      </ul>
      <More pages={members} />
      {mayManage && <Invitations roles={roles} />}
    </>
  );
}

function MemberRow({ member, isSelf, mayChange, roles }: { member: Member; isSelf: boolean; mayChange: boolean; roles: readonly Role[] }) {
  const { t } = useTranslation(["settings", "common", "workspace"]);
  const format = useFormat();
  const toast = useToast();
  const { reasonOf } = useErrorWords();
  const change = useChangeRole();
  const remove = useRemoveMember();
  const [isAsking, setAsking] = useState(false);
  const failure = change.error ?? remove.error;
  const setRole = (role: string) => {
    const before = member.role;
    change.mutate(
      { id: member.user_id, role: role as Role },
      {
        onSuccess: () =>
          toast({
            text: t("settings:members.changed", { name: member.name, role: t(`workspace:role.${role as Role}`) }),
            action: { label: t("settings:undo"), onPress: () => change.mutate({ id: member.user_id, role: before }) },
          }),
      },
    );
  };
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <Avatar name={member.name} />
      <div className="min-w-0 grow basis-40">
        <p className="flex items-center gap-2 font-medium">
          <span dir="auto" className="truncate">
            {member.name}
          </span>
          {isSelf && <Badge>{t("common:you")}</Badge>}
        </p>
        <p className="ltr truncate text-12 text-ink-3 rtl:text-end">{member.email}</p>
        <p className="text-12 text-ink-3">{t("settings:members.since", { date: format.date(member.joined_at) })}</p>
      </div>
      {mayChange ? (
        <div className="flex items-center gap-2">
          <div className="w-32">
            <Select
              label={t("settings:members.roleOf", { name: member.name })}
              value={member.role}
              onChange={setRole}
              options={roles.map((value) => ({ value, label: t(`workspace:role.${value}`) }))}
            />
          </div>
          {!isSelf && (
            <Button variant="ghost" onClick={() => setAsking(true)} aria-label={t("settings:members.removeTitle", { name: member.name })}>
              {t("settings:members.remove")}
            </Button>
          )}
        </div>
      ) : (
        <Badge>{t(`workspace:role.${member.role}`)}</Badge>
      )}
      {failure && (
        <p role="alert" className="basis-full text-13 text-danger">
          {reasonOf(failure)}
        </p>
      )}
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t("settings:members.removeTitle", { name: member.name })}
        text={t("settings:members.removeText")}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>{t("common:cancel")}</Button>
            <Button variant="danger" isBusy={remove.isPending} onClick={() => remove.mutate(member.user_id, { onSettled: () => setAsking(false) })}>
              {t("settings:members.remove")}
            </Button>
          </>
        }
      />
    </li>
  );
}
