import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Blueprint, FlowNodeType } from "@/api/models";
import { NodeInspector } from "./NodeInspector";
import type { DrawnNode } from "./graph";
import { useFlowNames } from "./words/useFlowNames";

const label = (en: string) => ({ ui: { label: { en, ar: en } } });
const types = [
  {
    type: "if_condition",
    label: { en: "If", ar: "إذا" },
    schema: {
      properties: {
        operator: { enum: ["greater_than"], ui: { label: { en: "Compared how", ar: "المقارنة" }, options: [{ value: "greater_than", label: { en: "is greater than", ar: "أكبر من" } }] } },
        limit: { type: "integer", ...label("Limit") },
        message: { localized: true, ...label("Message") },
      },
    },
  },
] as unknown as FlowNodeType[];
const flow = { languages: ["en", "ar"], default_language: "en", nodes: [{ id: "n", type: "if_condition", name: "Many", config: { operator: "greater_than", limit: 8, message: { en: "Hello", ar: "أهلا" } } }], edges: [] } as unknown as Blueprint;
const drawn = { id: "n", type: "if_condition", name: "Many", typeName: "If", group: null, parts: [], exits: [], waiting: 0, x: 0, y: 0 } as DrawnNode;

function Read() {
  return <NodeInspector node={drawn} names={useFlowNames(types, flow)} blueprint={flow} faults={[]} />;
}

it("says the settings of a step in words, and the language only of what has one", () => {
  render(<Read />, { wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider> });
  expect(screen.getByText("is greater than").textContent).toBe("is greater than");
  expect(screen.getByText("8")).toBeVisible();
  expect(screen.getByText("Hello").textContent).toBe("EnglishHello");
});
