// At the head of each worker's script in the faulty site: makes things fail as they fail in
// browsers, once a test asks for it.
{
  const role = /(reader|writer|sha256)-worker/.exec(self.location.href)?.[1] ?? "merge";
  let wasm = null;

  for (const name of ["instantiate", "instantiateStreaming"]) {
    const make = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await make.apply(WebAssembly, given);
      wasm = (made.instance ?? made).exports;
      return made;
    };
  }

  /** Calls `failing` in place of a method, once it was called so often. */
  function replace(type, method, after, failing) {
    const prototype = self[type]?.prototype;
    const original = prototype?.[method];
    if (!original) return;
    let calls = 0;
    prototype[method] = function (...given) {
      calls += 1;
      return calls > after ? failing(original, this, given) : original.apply(this, given);
    };
  }

  /** Timers that are set and not due yet. */
  const timers = new Map();
  const later = self.setTimeout;
  const never = self.clearTimeout;
  self.setTimeout = (then, ms, ...given) => {
    const timer = later(() => {
      timers.delete(timer);
      then(...given);
    }, ms);
    timers.set(timer, () => then(...given));
    return timer;
  };
  self.clearTimeout = (timer) => {
    timers.delete(timer);
    never(timer);
  };

  const faults = {
    /** The worker's program fails where nothing catches it. */
    throw({ message }) {
      setTimeout(() => {
        throw new Error(message);
      });
    },

    /** The browser ends the worker, and tells nobody. */
    end() {
      self.close();
    },

    /** No byte of wasm memory is left: whatever the program allocates next is refused. */
    "use up memory"() {
      const page = 64 * 1024;
      for (let pages = 65536 - wasm.memory.buffer.byteLength / page; pages >= 1; pages /= 2) {
        try {
          while (wasm.memory.grow(Math.floor(pages)) !== -1);
        } catch {
          // As far as this browser goes.
        }
      }
      for (let bytes = 1 << 30; bytes >= 1; bytes /= 2) {
        try {
          while (true) wasm.__wbindgen_malloc(bytes, 1);
        } catch {
          // Refused: less of it, then.
        }
      }
    },

    /** Files can't be read any more. */
    "fail to read"({ after, error }) {
      const failing = () => Promise.reject(new DOMException("The file could not be read.", error));
      replace("ReadableStreamBYOBReader", "read", after, failing);
      replace("Response", "arrayBuffer", after, failing);
    },

    /** The private disk takes nothing more. */
    "fail to write"({ after, error }) {
      replace("FileSystemSyncAccessHandle", "write", after, () => {
        throw new DOMException("The operation is not allowed.", error);
      });
    },

    /** As after a sleep of the computer: clocks have jumped, and timers are overdue. */
    sleep({ hours }) {
      const jump = hours * 3_600_000;
      for (const clock of [Date, performance]) {
        const now = clock.now.bind(clock);
        clock.now = () => now() + jump;
      }
      for (const [timer, then] of [...timers]) {
        self.clearTimeout(timer);
        later(then, 0);
      }
    },
  };

  new BroadcastChannel("faults").onmessage = ({ data }) => {
    if (!data.in || data.in === role) faults[data.what](data);
  };
}
