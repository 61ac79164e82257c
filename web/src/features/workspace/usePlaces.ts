import { useQuery } from "@tanstack/react-query";
import { PLACES, type Place } from "@/app/places";
import { meQuery } from "@/features/settings/queries";

/** The places that one's role may open. */
export function usePlaces(): readonly Place[] {
  const may = useQuery(meQuery).data?.permissions ?? [];
  return PLACES.filter((place) => !place.for || place.for.some((permission) => may.includes(permission)));
}
