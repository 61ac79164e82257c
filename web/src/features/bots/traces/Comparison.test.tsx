import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { TraceSteps } from "./TraceSteps";
import { readSteps } from "./trace";
import { aSprint, TYPES } from "./samples";

it("says what an If compared, and how that came out", () => {
  const compared = [
    { left: "large", operator: "equals", right: "small", holds: false },
    { left: "", operator: "is_empty", right: "", holds: true },
  ];
  const sprint = aSprint({ values: compared.map((each) => ({ node_id: "answer", expression: "", value: each.holds, compared: each })) });
  render(<TraceSteps steps={readSteps(sprint, TYPES, "en")} spokenId={undefined} />);
  expect(screen.getAllByRole("definition").map((each) => each.parentElement?.textContent)).toEqual(["large equals smallnot so", "nothing is empty so it is"]);
});
