// What the bench does on the learn page, and what it sees there: the sliders and cards of the tiny models,
// and what the page notes of merges and replies on its timeline (User Timing). Times are in milliseconds.
window.learnBench = (() => {
  const PATIENCE = 20_000;
  /** Between the moves of a drag. */
  const FRAME = 16;
  const SHOWN = ["base", "chat", "target", "merged"];

  const element = (selector) => {
    const found = document.querySelector(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  };
  const slider = () => element("#tiny-lambda");
  const pause = (duration) => new Promise((resolve) => setTimeout(resolve, duration));

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

  /** What `look` finds, and when that is on the screen: it looks while each frame is made, and the frame in
   * which it finds something is out before the next task. */
  async function shown(what, look) {
    const start = performance.now();
    while (performance.now() - start < PATIENCE) {
      await frame();
      const found = look();
      if (!found) continue;
      await pause(0);
      return { found, at: performance.now() };
    }
    throw new Error(`the page never showed ${what}`);
  }

  /** What the page has noted last by one of these names, if it is of something that began no sooner. */
  function noted(names, since) {
    const notes = names.flatMap((name) => performance.getEntriesByName(name, "measure"));
    return notes.find(({ startTime }) => startTime >= since);
  }

  const endOf = ({ startTime, duration }) => startTime + duration;

  /** The reply that a model is asked for from a time on, once its first word is on the screen; `told`: the
   * note of it, once it is whole. One without words is whole at once. */
  async function reply(which, since) {
    const whole = `reply of ${which}`;
    const word = `first word of ${which}`;
    const { at } = await shown(`a ${word}`, () => noted([word, whole], since()));
    const told = async () => (await shown(`a ${whole}`, () => noted([whole], since()))).found;
    return { first: at, told };
  }

  /** A reply's end is a token too. */
  const tokensOf = ({ words, ended }) => words.length + (ended ? 1 : 0);
  /** Tokens a second, once the first was there; null where the browser's clock saw no time go by. */
  function paceOf(reply) {
    const duration = reply.milliseconds - reply.first;
    return duration > 0 ? (1000 * (tokensOf(reply) - 1)) / duration : null;
  }

  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;

  function moveTo(lambda) {
    const start = performance.now();
    setValue.call(slider(), lambda);
    slider().dispatchEvent(new InputEvent("input", { bubbles: true }));
    return start;
  }

  /** Moves the slider, and looks until the merge and the first word of its reply are on the screen. */
  async function move(lambda) {
    const start = moveTo(lambda);
    const isMerged = () => element(".tiny-formula").textContent.includes(` ${lambda} `);
    const merge = () => performance.getEntriesByName("merge", "measure")[0];
    // Sums round; the reply before this one was asked for before the merge.
    const since = () => (isMerged() ? endOf(merge()) - 0.01 : Infinity);
    const [{ at }, { first, told }] = await Promise.all([shown(`λ = ${lambda}`, isMerged), reply("merged", since)]);
    return {
      shown: at - start,
      engine: merge().detail.milliseconds,
      redraw: at - endOf(merge()),
      first: first - start,
      told,
    };
  }

  const lambdas = () => Array.from({ length: 41 }, (_, i) => (i / 20).toFixed(2));

  /** Moves over the whole slider, each once the reply to the one before is whole. */
  async function moves() {
    const all = [];
    for (const lambda of lambdas()) {
      const { told, ...times } = await move(lambda);
      all.push({ ...times, pace: paceOf((await told()).detail) });
    }
    return all;
  }

  /** The same, each at the first word of the reply before it. */
  async function interruptions() {
    const all = [];
    let last;
    // From where the slider already is, no move would follow.
    for (const lambda of lambdas().reverse().slice(1)) {
      const { told, ...times } = await move(lambda);
      all.push(times);
      last = told;
    }
    await last();
    return all;
  }

  /** Drags to and fro, a move for each frame, and looks at the last. */
  async function drags() {
    const all = [];
    for (let drag = 0; drag < 10; drag += 1) {
      const way = drag % 2 ? lambdas().reverse() : lambdas();
      for (const lambda of way.slice(0, -1)) {
        moveTo(lambda);
        await pause(FRAME);
      }
      const { told, ...times } = await move(way.at(-1));
      await told();
      all.push(times);
    }
    return all;
  }

  /** Asks about each person, which all four models answer. */
  async function questions() {
    const select = element("#tiny-person");
    const all = [];
    for (const { value } of [...select.options].filter(({ value }) => value !== select.value)) {
      const start = performance.now();
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      const replies = await Promise.all(SHOWN.map((which) => reply(which, () => start)));
      const firsts = replies.map(({ first }) => first - start);
      const notes = await Promise.all(replies.map(({ told }) => told()));
      const said = notes.map(({ detail }) => detail);
      const tokens = said.map(tokensOf).reduce((sum, count) => sum + count);
      all.push({
        first: firsts[SHOWN.indexOf("merged")],
        last: Math.max(...firsts),
        paces: said.map(paceOf),
        together: (1000 * tokens) / (Math.max(...notes.map(endOf)) - start),
      });
    }
    return all;
  }

  return { moves, interruptions, drags, questions };
})();
