// The worker: hands requests to the wasm session and its answers back, and nothing else.
import { interruptedIn, interruptedMerges, opfsWorks } from "./opfs";
import type {
  Failure,
  Interrupted,
  Problem,
  Progress,
  Request,
  Response,
  SavedFile,
} from "./protocol";
import { RemoteReader } from "./remote-reader";
import { RemoteWriter } from "./remote-writer";
import { say } from "./text/message";
import init, { interrupted, presets, Session, version } from "./wasm/chat_vector";

/** After a panic the session's memory cannot be trusted: the page starts a new worker. */
function isFatal(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

function send(response: Response): void {
  self.postMessage(response);
}

function isFailure(error: unknown): error is Failure {
  return typeof error === "object" && error !== null && "kind" in error && "message" in error;
}

function failureOf(error: unknown): Failure {
  if (isFailure(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "internal", message: say("Something went wrong inside the page: {error}", { error: message }) };
}

async function answer(session: Session, message: Request): Promise<void> {
  switch (message.kind) {
    case "open": {
      const { request, model, files } = message;
      try {
        const summary = await session.open(
          model,
          files.map(({ file }) => file),
          files.map(({ path }) => path),
        );
        return send({ kind: "opened", request, model, summary });
      } catch (error) {
        if (!Array.isArray(error)) throw error;
        return send({ kind: "unreadable", request, model, problems: error as Problem[] });
      }
    }
    case "close":
      return session.close(message.model);
    case "plan": {
      const { request, cast, recipe, series } = message;
      const reports = await session.plan(cast, recipe, series);
      return send({ kind: "planned", request, reports });
    }
    case "tensors": {
      const { kind, request, ...query } = message;
      return send({ kind, request, ...session.tensors(query) });
    }
    case "recipe-file": {
      const { kind, request, cast, recipe, series } = message;
      return send({ kind, request, text: session.recipe_file(cast, recipe, series) });
    }
    case "open-recipe": {
      const { request, file } = message;
      return send({ kind: "recipe", request, document: await session.open_recipe(file) });
    }
    case "merge": {
      const { request, cast, recipe, series, destinations } = message;
      const merged = await session.merge(
        cast,
        recipe,
        series,
        destinations,
        writer,
        (progress) => send({ kind: "progress", progress }),
        offer,
      );
      return send({ kind: "merged", request, ...merged });
    }
    case "resume": {
      const { request, cast, directory } = message;
      // As it is now: another tab may have gone on with it in the meantime.
      cancelled = false;
      const kept = await interruptedIn(directory, interrupted).catch(() => null);
      if (cancelled) return send({ kind: "failed", request, failure: CANCELLED });
      if (!kept) return send({ kind: "failed", request, failure: GONE });
      const merged = await session.resume(
        cast,
        directory,
        kept.journal,
        kept.mark,
        writer,
        (progress) => send({ kind: "progress", progress }),
        offer,
      );
      return send({ kind: "merged", request, ...merged });
    }
    case "verify": {
      const { request, output, files, names, all } = message;
      const onProgress = (progress: Progress) => send({ kind: "progress", progress });
      const verified = await session.verify(output, files, names, all, onProgress);
      return send({ kind: "verified", request, verified });
    }
    case "inspect": {
      const { request, cast, recipe } = message;
      const onProgress = (progress: Progress) => send({ kind: "progress", progress });
      const inspected = await session.inspect(cast, recipe, onProgress);
      return send({ kind: "inspected", request, inspected });
    }
    case "interrupted":
      return send({ kind: "interrupted", request: message.request, merges: await interruptedFound() });
    case "differs": {
      const { request, cast, interrupted } = message;
      const why = session.differs(cast, interrupted.journal);
      return send({ kind: "differs", request, why });
    }
    case "go-on":
      return goOn();
    case "cancel":
      cancelled = true;
      session.cancel();
      // It may be waiting for the person.
      return goOn();
  }
}

let goOn: () => void = () => {};
/** Whether it was pressed before the session had anything to cancel. */
let cancelled = false;

/** Shows a shard to the page, and waits until it may go. */
function offer(file: SavedFile): Promise<void> {
  return new Promise((resolve) => {
    goOn = resolve;
    send({ kind: "offered", file });
  });
}

async function serve(session: Session, message: Request): Promise<void> {
  try {
    await answer(session, message);
  } catch (error) {
    if (isFatal(error) || !("request" in message)) return reportError(error);
    send({ kind: "failed", request: message.request, failure: failureOf(error) });
  }
}

const reader = new RemoteReader();
const writer = new RemoteWriter();

/** What is asked before the session is there waits for it. */
const session = init().then(() => new Session(reader));
session.catch(reportError);

self.onmessage = ({ data }: MessageEvent<Request>) => {
  void session.then((session) => serve(session, data));
};

const opfs = opfsWorks(writer);

const CANCELLED: Failure = { kind: "cancelled", message: say("It was cancelled.") };
const GONE: Failure = {
  kind: "different",
  message: say("The interrupted merge is not there any more."),
};

let search: Promise<Interrupted[]> = Promise.resolve([]);

/** One search at a time: while one looks into a directory, another would take it for locked. */
function interruptedFound(): Promise<Interrupted[]> {
  search = search.then(async () => {
    await session;
    return (await opfs) ? interruptedMerges(interrupted).catch(() => []) : [];
  });
  return search;
}

void Promise.all([session, opfs]).then(
  ([, opfs]) => send({ kind: "ready", version: version(), presets: presets(), opfs }),
  () => {},
);
