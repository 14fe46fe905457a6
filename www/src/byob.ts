// A BYOB read that fills its view: TypeScript's types do not know the option `min` yet.

type Read = (
  view: Uint8Array<ArrayBuffer>,
  options: { min: number },
) => Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>;

/** Fills the first `len` bytes of a buffer, which comes back in the result's view. */
export function fill(
  reader: ReadableStreamBYOBReader,
  buffer: ArrayBuffer,
  len: number,
): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>> {
  const read = reader.read.bind(reader) as Read;
  return read(new Uint8Array(buffer, 0, len), { min: len });
}
