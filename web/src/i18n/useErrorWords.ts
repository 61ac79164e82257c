import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { type FieldErrors, splitFaults } from "@/api/fields";

export type ErrorWords = {
  /** Why something did not work, as a sentence in the interface's language. */
  reasonOf: (error: unknown) => string;
  /** The same for a form: a sentence for each of its fields at fault, and `rest` for what no field can show. */
  splitOf: <Name extends string>(error: unknown, names: readonly Name[]) => { fields: FieldErrors<Name>; rest: string | null };
};

/**
 * The server says its reasons in English, with a code. Codes that we know are said in the interface's language; of the rest the server's
 * own sentence is shown. Fields at fault keep the server's exact words in English.
 */
export function useErrorWords(): ErrorWords {
  const { t, i18n } = useTranslation("errors");
  return useMemo(() => {
    const reasonOf = (error: unknown) => {
      if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
      return t(error.code as "offline", { defaultValue: error.message });
    };
    return {
      reasonOf,
      splitOf: (error, names) =>
        splitFaults(error, names, {
          whole: reasonOf,
          field: (fault) => (i18n.language === "en" ? fault.message : t(`field.${fault.code ?? "other"}` as "field.other", { defaultValue: t("field.other") })),
        }),
    };
  }, [t, i18n.language]);
}
