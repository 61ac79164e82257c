import { describe, expect, it } from "vitest";
import { groupsOfPhone } from "./phone-groups";

describe("groupsOfPhone", () => {
  it.each([
    ["+966500000142", "+966 50 000 0142"],
    ["+14155550123", "+1 415 555 0123"],
    ["+447700900123", "+44 770 090 0123"],
    ["+96551234567", "+965 5123 4567"],
    ["+5511987654321", "+55 11 98765 4321"],
    ["+2341234", "+234 1234"],
  ])("%s reads %s", (number, read) => {
    expect(groupsOfPhone(number).join(" ")).toBe(read);
  });

  it("loses no digit, and leaves alone what is no number", () => {
    for (const number of ["+9715012345678", "+966119196536", "+79161234567"]) expect(groupsOfPhone(number).join("")).toBe(number);
    for (const text of ["@tariq.m", "", "920000000", "+", "+٩٦٦"]) expect(groupsOfPhone(text)).toEqual([text]);
  });
});
