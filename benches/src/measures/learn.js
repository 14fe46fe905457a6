// What the bench does on the learn page, and what it sees there: the sliders and cards of the tiny models,
// and what the page notes of merges and replies on its timeline (User Timing). Times are in milliseconds.
window.learnBench = (() => {
  const PATIENCE = 20_000;
  const FRAME = 16;
  const SHOWN = ["base", "chat", "target", "merged"];

  const element = (selector) => {
    const found = document.querySelector(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  };
  const slider = () => element("#tiny-lambda");
  const card = (which) => element(`.tiny-card.of-${which}`);
  const isWhole = (which) => card(which).querySelector(".tiny-badges") !== null;
  const words = (which) => card(which).querySelector(".tiny-said")?.textContent.split(" ").length ?? 0;
  const pause = (duration) => new Promise((resolve) => setTimeout(resolve, duration));

  /** When a card first is as `done` says, after a change of it. */
  function seen(which, what, done) {
    return new Promise((resolve, reject) => {
      const observer = new MutationObserver(() => {
        if (!done()) return;
        stop();
        resolve(performance.now());
      });
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${which} never showed ${what}`));
      }, PATIENCE);
      const stop = () => {
        observer.disconnect();
        clearTimeout(timer);
      };
      observer.observe(card(which), { subtree: true, childList: true, characterData: true });
    });
  }

  /** When what is in the document now is on the screen. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });

  const noted = (name) => {
    const note = performance.getEntriesByName(name, "measure").at(-1);
    if (!note) throw new Error(`the page has noted no ${name}`);
    return note;
  };

  /** The next reply of a model: when its first word is shown, and what it was once it is whole. The last
   * reply stands until there is a word of it. */
  function reply(which) {
    const begun = seen(which, "a first word", () => !isWhole(which) && words(which) === 1);
    const whole = begun.then(() => seen(which, "a whole reply", () => isWhole(which)));
    return { first: begun.then(painted), told: () => whole.then(() => noted(`reply of ${which}`).detail) };
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

  /** Moves the slider, and looks until the merge and the first word of its reply are shown. */
  async function move(lambda) {
    const formula = seen("merged", `λ = ${lambda}`, () =>
      element(".tiny-formula").textContent.includes(` ${lambda} `),
    );
    const shown = formula.then(painted);
    const next = formula.then(() => reply("merged"));
    const start = moveTo(lambda);
    await formula;
    const merge = noted("merge");
    const { first, told } = await next;
    const merged = merge.startTime + merge.duration;
    return {
      shown: (await shown) - start,
      engine: merge.detail.milliseconds,
      redraw: (await shown) - merged,
      first: (await first) - start,
      told,
    };
  }

  const lambdas = () => Array.from({ length: 41 }, (_, i) => (i / 20).toFixed(2));

  /** Moves over the whole slider, each once the reply to the one before is whole. */
  async function moves() {
    const all = [];
    for (const lambda of lambdas()) {
      const { told, ...times } = await move(lambda);
      all.push({ ...times, pace: paceOf(await told()) });
    }
    return all;
  }

  /** The same, each in the middle of the reply before it. */
  async function interruptions() {
    const all = [];
    // From where the slider already is, no move would follow.
    for (const lambda of lambdas().reverse().slice(1)) {
      const { told, ...times } = await move(lambda);
      told().catch(() => {});
      all.push(times);
    }
    while (!isWhole("merged")) await pause(FRAME);
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
      const replies = SHOWN.map(reply);
      const start = performance.now();
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      const firsts = await Promise.all(replies.map(({ first }) => first));
      const told = await Promise.all(replies.map(({ told }) => told()));
      const tokens = told.map(tokensOf).reduce((sum, count) => sum + count);
      all.push({
        first: firsts[SHOWN.indexOf("merged")] - start,
        last: Math.max(...firsts) - start,
        paces: told.map(paceOf),
        together: (1000 * tokens) / (performance.now() - start),
      });
    }
    return all;
  }

  return { moves, interruptions, drags, questions };
})();
