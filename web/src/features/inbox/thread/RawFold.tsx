type RawFoldProps = { label: string; value: unknown };

/** What came, as it came, one press away. */
export function RawFold({ label, value }: RawFoldProps) {
  return (
    <details className="mt-1 text-13">
      <summary className="w-fit cursor-pointer text-12 font-medium text-ink-2 pointer-coarse:py-2">{label}</summary>
      <pre dir="ltr" tabIndex={0} className="mt-1 max-h-60 max-w-full overflow-auto rounded-md bg-surface p-2 font-mono text-11 whitespace-pre-wrap text-ink-2">
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}
