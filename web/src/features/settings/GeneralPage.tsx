import { useQuery } from "@tanstack/react-query";
import { ImageUp, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorkspaceDetails } from "@/api/models";
import { Button, Dialog, ErrorState, Field, Input, SkeletonRows, useToast } from "@/components";
import { useForm } from "@/features/auth/form";
import { useFormat, useSession } from "@/features/auth/queries";
import { useErrorWords } from "@/i18n/useErrorWords";
import { useMay } from "../workspace/useMay";
import { WorkspaceLogo } from "../workspace/WorkspaceLogo";
import { Failure, Section } from "./Section";
import { useDeleteWorkspace, useRemoveLogo, useSetLogo, workspaceQuery } from "./workspace";
import { WorkspaceForm } from "./WorkspaceForm";

/** The workspace itself: what it is called, its logo, where and in which languages it works, and its end. */
export function GeneralPage() {
  const { t } = useTranslation("settings");
  const id = useSession()?.workspace.id ?? "";
  const workspace = useQuery(workspaceQuery(id));
  const mayChange = useMay("workspace:write");
  const mayDelete = useMay("workspace:delete");
  if (workspace.isPending) return <SkeletonRows rows={4} />;
  if (workspace.isLoadingError)
    return (
      <ErrorState title={t("general.failed")} text={t("failedText")} error={workspace.error} action={{ label: t("again"), onPress: () => void workspace.refetch() }} />
    );
  return (
    <>
      <LogoSection workspace={workspace.data} mayChange={mayChange === true} />
      <Section title={t("general.about")} text={mayChange !== false ? undefined : t("general.readOnly")}>
        {mayChange ? <WorkspaceForm workspace={workspace.data} /> : <Facts workspace={workspace.data} />}
      </Section>
      {mayDelete && <DangerSection workspace={workspace.data} />}
    </>
  );
}

function Facts({ workspace }: { workspace: WorkspaceDetails }) {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const facts = [
    [t("general.name"), workspace.name],
    [t("general.timezone"), workspace.timezone],
    [t("general.currency"), workspace.currency],
    [t("general.languages"), workspace.languages.map(format.languageName).join(" · ")],
  ];
  return (
    <dl className="grid gap-3 pane:grid-cols-2">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt className="text-12 text-ink-3">{label}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function LogoSection({ workspace, mayChange }: { workspace: WorkspaceDetails; mayChange: boolean }) {
  const { t } = useTranslation("settings");
  const { splitOf } = useErrorWords();
  const file = useRef<HTMLInputElement>(null);
  const set = useSetLogo();
  const remove = useRemoveLogo();
  const failure = set.error ?? remove.error;
  return (
    <Section
      title={t("general.logo")}
      text={t("general.logoText")}
      aside={
        <div className="flex items-center gap-3">
          <WorkspaceLogo name={workspace.name} logoUrl={workspace.logo_url} size="lg" />
          {mayChange && (
            <div className="grid gap-1">
              <input
                ref={file}
                type="file"
                accept="image/png,image/jpeg,image/webp"
                className="sr-only"
                tabIndex={-1}
                aria-label={t("general.logo")}
                onChange={(event) => {
                  const image = event.currentTarget.files?.[0];
                  event.currentTarget.value = "";
                  remove.reset();
                  if (image) set.mutate(image);
                }}
              />
              <Button icon={ImageUp} isBusy={set.isPending} onClick={() => file.current?.click()}>
                {t(workspace.logo_url ? "general.logoReplace" : "general.logoChoose")}
              </Button>
              {workspace.logo_url && (
                <Button variant="ghost" isBusy={remove.isPending} onClick={() => remove.mutate(undefined)}>
                  {t("general.logoRemove")}
                </Button>
              )}
            </div>
          )}
        </div>
      }
    >
      {failure && <Failure text={splitOf(failure, ["body"]).fields.body ?? splitOf(failure, []).rest} />}
    </Section>
  );
}

/** Deleting is confirmed by the workspace's name: nobody types that by accident. */
function DangerSection({ workspace }: { workspace: WorkspaceDetails }) {
  const { t } = useTranslation(["settings", "common"]);
  const { reasonOf } = useErrorWords();
  const toast = useToast();
  const remove = useDeleteWorkspace();
  const [isAsking, setAsking] = useState(false);
  const form = useForm({ name: "" });
  const submit = () => {
    if (form.values.name.trim() !== workspace.name) return form.show({ name: t("settings:general.deleteMismatch") });
    remove.mutate(undefined, { onSuccess: () => toast({ text: t("settings:general.deleted", { name: workspace.name }) }) });
  };
  return (
    <Section
      title={t("settings:general.delete")}
      text={t("settings:general.deleteText")}
      aside={
        <Button variant="ghost" icon={Trash2} className="text-danger!" onClick={() => setAsking(true)}>
          {t("settings:general.delete")}
        </Button>
      }
    >
      <Dialog isOpen={isAsking} onOpenChange={setAsking} title={t("settings:general.deleteTitle", { name: workspace.name })} text={t("settings:general.deleteText")}>
        <form {...form.bind(submit)} className="mt-3 grid gap-4">
          <Field label={t("settings:general.deleteName", { name: workspace.name })} error={form.errors.name}>
            <Input {...form.field("name")} autoComplete="off" autoFocus />
          </Field>
          <Failure text={remove.error ? reasonOf(remove.error) : null} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>{t("common:cancel")}</Button>
            <Button variant="danger" type="submit" isBusy={remove.isPending}>
              {t("settings:general.delete")}
            </Button>
          </div>
        </form>
      </Dialog>
    </Section>
  );
}
