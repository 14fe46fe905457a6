// Reminds the browser's collector of its garbage.

/** After this many bytes. */
const NUDGE = 256 * 1024 * 1024;
/** The size of a buffer that Chromium's collector cannot overlook. */
const LARGE = 64 * 1024 * 1024;
let uncollected = 0;

/** Says that bytes have passed through this worker. Chromium leaves some KB of small objects behind
 * with each block of a byte stream and with each message, and its collector lets them grow to many
 * times the live heap: tens of MB in a long merge. Buffers it takes seriously: one that is never
 * touched takes no memory, and starts a collection. */
export function nudgeCollector(bytes: number): void {
  uncollected += bytes;
  if (uncollected < NUDGE) return;
  uncollected = 0;
  try {
    // `new ArrayBuffer(LARGE)` is removed by the bundler, as without effect.
    Reflect.construct(ArrayBuffer, [LARGE]);
  } catch {
    // Refused where address space is scarce; then there has been a collection, too.
  }
}
