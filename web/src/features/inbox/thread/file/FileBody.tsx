import { Bubble, MarkedText, type Speaker } from "@/components";
import type { FileContent } from "../../content";
import { DocumentBody } from "./DocumentBody";
import { FileState } from "./FileState";
import { PictureBody } from "./PictureBody";
import { SoundBody } from "./SoundBody";
import { VideoBody } from "./VideoBody";

export type FilePartProps = { content: FileContent; conversationId: string };
type FileBodyProps = FilePartProps & { speaker: Speaker; isGrouped: boolean };

/** A file in the thread: shown, played or offered; or the words why it is not there. */
export function FileBody({ content, conversationId, speaker, isGrouped }: FileBodyProps) {
  return (
    <Bubble speaker={speaker} isGrouped={isGrouped} isText={false}>
      <div className="grid gap-2">
        {[content, ...content.more].map((file, place) => (
          <FilePart key={file.id ?? place} content={file} conversationId={conversationId} />
        ))}
      </div>
      {content.caption && (
        <span dir="auto" className="mt-1.5 block">
          <MarkedText>{content.caption}</MarkedText>
        </span>
      )}
    </Bubble>
  );
}

function FilePart({ content, conversationId }: FilePartProps) {
  if (content.state !== "stored" || !content.url) return <FileState content={content} conversationId={conversationId} />;
  const family = content.mimeType?.split("/")[0];
  // By the type of its bytes: what was sent as a picture and is none is only offered. One without a thumbnail may be too large to show.
  if (family === "image" && content.thumbnailUrl) return <PictureBody content={content} conversationId={conversationId} />;
  if (family === "audio") return <SoundBody content={content} conversationId={conversationId} />;
  if (family === "video" && content.as !== "document") return <VideoBody content={content} conversationId={conversationId} />;
  return <DocumentBody content={content} conversationId={conversationId} />;
}
