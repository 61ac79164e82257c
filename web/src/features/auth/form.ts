import { type FormEvent, useEffect, useRef, useState } from "react";
import type { FieldErrors } from "@/api/fields";
import { useErrorWords } from "@/i18n/useErrorWords";

/**
 * The state of a form: its values, the sentence of each field, and what no field can show.
 * A fault disappears when its field changes; after a refusal the focus goes to the first field at fault.
 */
export function useForm<Name extends string>(initial: Record<Name, string>) {
  const { splitOf } = useErrorWords();
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<FieldErrors<Name>>({});
  const [rest, setRest] = useState<string | null>(null);
  const [faulty, setFaulty] = useState<{ name: Name } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const names = Object.keys(initial) as Name[];

  // After the render: the field may stand on another step than the button that was pressed.
  useEffect(() => {
    if (faulty) form.current?.querySelector<HTMLElement>(`[name="${faulty.name}"]`)?.focus();
  }, [faulty]);

  const show = (fields: FieldErrors<Name>, sentence: string | null = null) => {
    setErrors(fields);
    setRest(sentence);
    const first = names.find((name) => fields[name]);
    if (first) setFaulty({ name: first });
  };

  return {
    values,
    errors,
    rest,
    show,
    /** Shows a refused request: at its fields, or as one sentence above the button. */
    refuse: (error: unknown) => {
      const { fields, rest: sentence } = splitOf(error, names);
      show(fields, sentence);
    },
    field: (name: Name) => ({
      name,
      value: values[name],
      onChange: (event: { currentTarget: { value: string } }) => {
        const { value } = event.currentTarget;
        setValues((last) => ({ ...last, [name]: value }));
        setErrors((last) => ({ ...last, [name]: undefined }));
      },
    }),
    set: (name: Name, value: string) => setValues((last) => ({ ...last, [name]: value })),
    bind: (onSubmit: () => void) => ({
      ref: form,
      noValidate: true, // our own sentences, in the interface's language
      onSubmit: (event: FormEvent) => {
        event.preventDefault();
        setRest(null);
        onSubmit();
      },
    }),
  };
}

/** Loose on purpose: the server decides; this only catches what is plainly not an address. */
export function looksLikeEmail(text: string): boolean {
  return /^\S+@\S+\.\S+$/u.test(text.trim());
}
