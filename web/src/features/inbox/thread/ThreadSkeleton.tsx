import { Bone, cx, Skeleton } from "@/components";

const SHAPES = ["w-56", "w-72 self-end", "w-40", "w-64", "w-80 self-end"];

/** Bubbles to come. */
export function ThreadSkeleton() {
  return (
    <Skeleton className="min-h-0 grow px-4 pane:px-7">
      <div className="flex h-full flex-col gap-3 pt-6">
        {SHAPES.map((shape) => (
          <Bone solid key={shape} className={cx("h-9 max-w-[66%] rounded-bubble", shape)} />
        ))}
      </div>
    </Skeleton>
  );
}
