// The booking bot, in Arabic.
import { bookIn } from "./booking.mjs";

await bookIn("ar");
