import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { SESSION_KEY } from "@/api";
import type { Me, MediaFile, MessagePage } from "@/api/models";
import { meQuery } from "@/features/settings/queries";
import { aConversation, aMessage } from "@/test/samples";
import { refusal, serve, serveUploads, type Transfer } from "@/test/server";
import { KEYS } from "../queries";
import { Composer } from "../thread/Composer";
import { useDraft } from "../thread/useDraft";
import { windowAt } from "../window";
import { MB } from "./limits";

const now = new Date("2026-11-20T09:00:00Z");
const user = { id: "u", name: "Noura" };
const photo = new File(["p".repeat(2048)], "table.jpg", { type: "image/jpeg" });
const kept: MediaFile = {
  ...{ id: "f1", workspace_id: "w", state: "stored", kind: "image", mime_type: "image/jpeg", name: "table.jpg", size: 2048, width: 640, height: 480, duration_ms: null },
  ...{ url: "/v", download_url: "/s", thumbnail_url: "/t", expires_at: "2026-11-20T11:00:00Z", failure: null, retry_at: null, created_at: "2026-11-20T09:00:00Z" },
};
const sent = aMessage({ id: "m1", direction: "out", status: "pending", type: "image", content: { file_id: "f1", state: "stored", caption: "Your table", url: "/v", thumbnail_url: "/t" } });

let transfers: Transfer[];
beforeEach(() => {
  sessionStorage.clear();
  transfers = serveUploads();
  // jsdom has neither.
  URL.createObjectURL = () => "blob:picture";
  URL.revokeObjectURL = () => undefined;
});

function show() {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } });
  queryClient.setQueryData(SESSION_KEY, { user, workspace: { id: "w", role: "agent" } });
  queryClient.setQueryData(meQuery.queryKey, { permissions: ["conversations:write"] } as Me);
  queryClient.setQueryData(KEYS.messages("c"), { pages: [{ data: [], next_cursor: null }], pageParams: [null] });
  render(
    <QueryClientProvider client={queryClient}>
      <Reply />
    </QueryClientProvider>,
  );
  return () => queryClient.getQueryData<{ pages: MessagePage[] }>(KEYS.messages("c"))?.pages[0]?.data ?? [];
}

function Reply() {
  const conversation = aConversation({});
  return <Composer conversation={conversation} left={windowAt(conversation.window_expires_at, now)} draft={useDraft("c", user)} />;
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Your reply" });
const attach = (...files: File[]) => fireEvent.change(document.querySelector("input[type=file]") as HTMLInputElement, { target: { files } });
const send = () => userEvent.click(screen.getAllByRole("button", { name: "Take over and send" })[0] as HTMLElement);
const upload = async (place = 0) => {
  await waitFor(() => expect(transfers.length).toBeGreaterThan(place));
  return transfers[place] as Transfer;
};
const finish = async (transfer: Transfer, file: Partial<MediaFile> = {}) => act(async () => transfer.answer(201, { ...kept, ...file }));

describe("a file beside the reply", () => {
  it("is shown with how far it is, and leaves with its caption", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    const inThread = show();
    attach(photo);
    const transfer = await upload();
    expect(transfer.path).toBe("/api/media/upload");
    expect((transfer.form.get("file") as File).name).toBe("table.jpg");
    expect(transfer.form.get("voice")).toBeNull();
    act(() => transfer.progress(512, 2048));
    expect(screen.getByRole("progressbar", { name: "Upload of table.jpg" })).toHaveAttribute("aria-valuenow", "25");
    await finish(transfer);
    expect(screen.getByText(/Ready to send/u)).toBeInTheDocument();
    expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
    await userEvent.click(field());
    await userEvent.paste("Your table");
    await send();
    await waitFor(() => expect(inThread().map((message) => message.id)).toEqual(["m1"]));
    expect(calls).toMatchObject([{ method: "POST", path: "/api/conversations/c/messages", body: { type: "image", image: { file_id: "f1", caption: "Your table" } } }]);
    expect(field()).toHaveValue("");
    expect(screen.queryByText("table.jpg")).not.toBeInTheDocument();
  });

  it("leaves by itself when it was sent before it was up", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    show();
    attach(photo);
    const transfer = await upload();
    await send();
    expect(screen.getByText(/Leaves when it is uploaded/u)).toBeInTheDocument();
    expect(calls).toEqual([]);
    await finish(transfer);
    await waitFor(() => expect(calls).toMatchObject([{ body: { type: "image", image: { file_id: "f1" } } }]));
  });

  it("says why it was not taken, and tries again", async () => {
    serve(() => ({ status: 201, body: sent }));
    show();
    attach(photo);
    const { body } = refusal(507, "store_full");
    const transfer = await upload();
    await act(async () => transfer.answer(507, body));
    expect(await screen.findByText("It was not uploaded. There is no room for files any more. Tell whoever runs this Hoopoe.")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await finish(await upload(1));
    expect(screen.getByText(/Ready to send/u)).toBeInTheDocument();
  });

  it("is taken back on its way, and nothing of it is sent", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    show();
    attach(photo);
    const transfer = await upload();
    await userEvent.click(screen.getByRole("button", { name: "Cancel the upload" }));
    expect(transfer.isAborted).toBe(true);
    expect(screen.queryByText("table.jpg")).not.toBeInTheDocument();
    expect(screen.queryByRole("alert", { name: /./u })).not.toBeInTheDocument();
    expect(calls).toEqual([]);
  });

  it("comes back with its words when the message is refused, and is sent again under the same key", async () => {
    let isUp = false;
    const calls = serve(() => (isUp ? { status: 201, body: sent } : refusal(503, "unavailable", "Try later.")));
    const inThread = show();
    attach(photo);
    await finish(await upload());
    await userEvent.click(field());
    await userEvent.paste("Your table");
    await send();
    expect(await screen.findByText("It was not sent. Try later.")).toBeInTheDocument();
    expect(screen.getByText("table.jpg")).toBeInTheDocument();
    expect(field()).toHaveValue("Your table");
    expect(inThread()).toEqual([]);
    isUp = true;
    await send();
    await waitFor(() => expect(inThread()).toHaveLength(1));
    expect(calls[0]?.key).toBeTruthy();
    expect(calls[1]?.key).toBe(calls[0]?.key);
    expect(transfers).toHaveLength(1);
  });

  it("gives the words beside a sound a message of their own, after it", async () => {
    const calls = serve(() => ({ status: 201, body: sent }));
    show();
    attach(new File(["x"], "song.mp3", { type: "audio/mpeg" }));
    await finish(await upload(), { kind: "audio", mime_type: "audio/mpeg", name: "song.mp3" });
    await userEvent.click(field());
    await userEvent.paste("Listen");
    await send();
    await waitFor(() => expect(calls).toHaveLength(2));
    expect(calls.map((call) => call.body)).toMatchObject([{ type: "audio", audio: { file_id: "f1" } }, { type: "text", text: { body: "Listen" } }]);
    expect(field()).toHaveValue("");
  });

  it("is not uploaded where WhatsApp would not take it", () => {
    show();
    const film = new File(["x"], "film.mp4", { type: "video/mp4" });
    Object.defineProperty(film, "size", { value: 120 * MB });
    attach(film);
    expect(screen.getByText("The file is 120 MB. WhatsApp takes up to 100 MB.")).toBeInTheDocument();
    attach(new File([], "nothing.pdf", { type: "application/pdf" }));
    expect(screen.getByText("The file is empty.")).toBeInTheDocument();
    expect(transfers).toEqual([]);
  });

  it("is one, and says so when there were several", async () => {
    show();
    attach(photo, new File(["y"], "second.jpg", { type: "image/jpeg" }));
    expect(screen.getByText("One file goes with one message. The first was taken.")).toBeInTheDocument();
    await upload();
    expect(transfers).toHaveLength(1);
  });

  it("comes by pasting", async () => {
    show();
    fireEvent.paste(field(), { clipboardData: { files: [photo] } });
    const transfer = await upload();
    expect((transfer.form.get("file") as File).name).toBe("table.jpg");
  });
});
