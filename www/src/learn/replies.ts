// The replies that a lesson's worker is saying: a word of each in turn. Between the turns the worker hears
// what it is asked, so that a merge never waits for a reply.
import type { LessonResponse, Which } from "./protocol";
import type { Reply as Whole } from "./wasm/chat_vector_learn";

export type Reply = Pick<Whole, "next_word" | "answer" | "free">;
type Saying = { request: number; reply: Reply };

export class Replies {
  readonly #send: (response: LessonResponse) => void;
  readonly #fail: (request: number, error: unknown) => void;
  readonly #saying = new Map<Which, Saying>();
  #isSaying = false;

  constructor(
    send: (response: LessonResponse) => void,
    fail: (request: number, error: unknown) => void,
  ) {
    this.#send = send;
    this.#fail = fail;
  }

  /** Takes the place of an older reply of the model. */
  begin(which: Which, request: number, reply: Reply): void {
    this.drop(which);
    this.#saying.set(which, { request, reply });
    void this.#say();
  }

  /** Ends the reply of a model, if it is saying one. */
  drop(which: Which): void {
    const saying = this.#saying.get(which);
    if (!saying) return;
    this.#saying.delete(which);
    saying.reply.free();
    this.#send({ kind: "dropped", request: saying.request });
  }

  async #say(): Promise<void> {
    if (this.#isSaying) return;
    this.#isSaying = true;
    while (this.#saying.size > 0) {
      await messagesAreHeard();
      for (const [which, saying] of this.#saying) this.#sayWord(which, saying);
    }
    this.#isSaying = false;
  }

  #sayWord(which: Which, { request, reply }: Saying): void {
    try {
      const word = reply.next_word();
      if (word !== undefined) return this.#send({ kind: "word", request, word });
      this.#saying.delete(which);
      this.#send({ kind: "answered", request, answer: reply.answer() });
      reply.free();
    } catch (error) {
      this.#saying.delete(which);
      this.#fail(request, error);
    }
  }
}

/** A message of the worker's own, which those that came before it are heard before. Timers would wait for
 * some milliseconds each. */
const { port1: here, port2: there } = new MessageChannel();

function messagesAreHeard(): Promise<unknown> {
  return new Promise((resolve) => {
    here.onmessage = resolve;
    there.postMessage(null);
  });
}
