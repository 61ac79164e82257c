import { describe, expect, it } from "vitest";
import { hostOf, readHosts } from "./hosts";

describe("hosts", () => {
  it("are read however people write them", () => {
    expect(readHosts(" API.Example.com, *.shop.example.com\nhttps://till.example.com:8443/v1?x=1،api.example.com ")).toEqual(["api.example.com", "*.shop.example.com", "till.example.com"]);
    expect(readHosts("")).toEqual([]);
  });

  it("of an address are known where they are written out", () => {
    expect(hostOf("https://api.example.com/orders/{{ number }}")).toBe("api.example.com");
    expect(hostOf("https://{{ host }}/orders")).toBeNull();
    expect(hostOf("{{ address }}")).toBeNull();
    expect(hostOf("https://me:secret@api.example.com/")).toBe("api.example.com");
  });
});
