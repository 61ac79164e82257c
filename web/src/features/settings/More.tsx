import { useTranslation } from "react-i18next";
import { Button } from "@/components";

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };

/** The next page of a list, when there is one. */
export function More({ pages }: { pages: Pages }) {
  const { t } = useTranslation("settings");
  if (!pages.hasNextPage) return null;
  return (
    <div className="mt-4 text-center">
      <Button isBusy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {t("more")}
      </Button>
    </div>
  );
}
