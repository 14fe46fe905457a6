// A worker for tests, which answers when the test says so.

export class FakeWorker<Command, Answer> {
  onmessage: (event: { data: Answer }) => void = () => {};
  onerror: (event: { message: string; preventDefault(): void }) => void = () => {};
  readonly commands: Command[] = [];
  ended = false;

  postMessage(command: Command): void {
    this.commands.push(command);
  }

  terminate(): void {
    this.ended = true;
  }

  answer(data: Answer): void {
    this.onmessage({ data });
  }

  die(message: string): void {
    this.onerror({ message, preventDefault: () => {} });
  }
}

/** Stands in for the global `Worker`; returns the workers that were started. */
export function fakeWorkers<Command, Answer>(
  stub: (name: string, value: unknown) => void,
): FakeWorker<Command, Answer>[] {
  const started: FakeWorker<Command, Answer>[] = [];
  stub(
    "Worker",
    class extends FakeWorker<Command, Answer> {
      constructor() {
        super();
        started.push(this);
      }
    },
  );
  return started;
}

/** Stands in for a worker's `self` and imports its program: returns how to ask it one thing, and what
 * it has answered since. */
export async function program<Command, Answer>(
  stub: (name: string, value: unknown) => void,
  load: () => Promise<unknown>,
): Promise<(command: Command) => Promise<Answer[]>> {
  const answers: Answer[] = [];
  const self = { postMessage: (answer: Answer) => answers.push(answer), onmessage: (_: object) => {} };
  stub("self", self);
  await load();
  return async (command) => {
    self.onmessage({ data: command });
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve));
    return answers.splice(0);
  };
}
