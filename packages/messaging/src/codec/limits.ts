/** What no honest message exceeds; anything beyond is refused unread. */
export const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_ITEMS = 10_000;
/** The range of a JavaScript Date: an instant outside it makes whoever prints it fail. */
export const MAX_INSTANT = 8_640_000_000_000_000;
