import { Fragment } from "react";

/** Where something is: a step, then its field, part by part. Each part keeps its own direction, and their order is the screen's. */
export function PlaceName({ parts }: { parts: readonly string[] }) {
  return parts.map((part, place) => (
    <Fragment key={place}>
      {place > 0 && " › "}
      <bdi>{part}</bdi>
    </Fragment>
  ));
}
