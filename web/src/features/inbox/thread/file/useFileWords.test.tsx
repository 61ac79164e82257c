import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import { useFileWords } from "./useFileWords";

it.each([
  [0, "0 KB"],
  [1, "1 KB"],
  [640 * 1024, "640 KB"],
  [7.2 * 1024 * 1024, "7.2 MB"],
])("says %d bytes as %s", (bytes, words) => {
  const queryClient = new QueryClient();
  queryClient.setQueryData(SESSION_KEY, null);
  const { result } = renderHook(() => useFileWords(), { wrapper: ({ children }) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider> });
  expect(result.current.size(bytes)).toBe(words);
});
