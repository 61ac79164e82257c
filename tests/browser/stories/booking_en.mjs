// The booking bot, in English.
import { bookIn } from "./booking.mjs";

await bookIn("en");
