// What part 3 of the learn page says, in English: the original that other languages are translated from.
// A text between `backticks` is shown as code.

export const lesson = {
  title: "The same with your own models",
  about:
    "From the miniature to a merge of real models: what you need, what to choose, and how to tell whether it worked.",

  steps: {
    title: "From here to your own merge",
    source: "Source:",
    sources: "Sources:",
    openPage: "Open the page that merges",
    step: {
      models: {
        title: "Find three models of one family",
        text: "You need a base, which was trained on text alone; a chat model that was tuned from exactly this base; and a target, which was trained on from the same base, with text of your language, say. In the paper they are LLaMA 2, LLaMA 2 Chat, and a model that went on from LLaMA 2. What a model came from stands in its model card.",
      },
      family: {
        title: "Check that they are a family",
        text: "Compare the three `config.json`: `architectures`, `hidden_size` and `num_hidden_layers` must be the same. Only `vocab_size` may be larger in the target. Then its vocabulary was extended: it has rows in its embeddings and its `lm_head` for tokens that the base does not know. The same shape is necessary and not enough: two models that were each trained from scratch are no family, and their difference means nothing.",
      },
      give: {
        title: "Give them to the page as folders",
        text: "Of a folder the page also takes config, tokenizer and chat template, so that the output is a folder that loads. Nothing is uploaded, and before the merge it reads no more than the headers of the weights and such small files.",
      },
      first: {
        title: "Begin with λ = 1",
        text: "It adds the chat vector as it is. So do the paper’s formula, the authors’ script unless told otherwise, and scripts that others share; the page begins there, too. It is no rule: for Breeze, which went on from Mistral 7B, the paper took 0.5.",
      },
      plan: {
        title: "Read the plan, then merge",
        text: "The plan says of every tensor what becomes of it and why, and how large the output will be. Models that do not fit are found here, before a byte is merged. After the merge, Verify computes the result once more and compares.",
      },
      embeddings: {
        title: "Decide about embeddings",
        text: "Leave embeddings and `lm_head` out where the target’s vocabulary was extended or its embeddings were trained anew: a row of the target then no longer belongs to the row of the chat vector. The paper did so for Breeze; the authors’ script has `--skip_embed` for this, the page the rules `skip embeddings and lm_head`. Where only the number of rows differs, the page copies the target’s unless you choose otherwise. It can also match rows by their token, and then take the rows of special tokens that the target never learned, such as ends of turn, from the chat model: the script’s `--special_tokens_map`.",
      },
      lambda: {
        title: "Lower λ when the language slips back",
        text: "The chat model’s language can come along with its vector: in the paper, one merged model often answered in English with the whole vector, and hardly ever with half of it. But half of it can be too little: a target that had not been tuned itself then followed instructions less well, and was less safe. Try several λ in one go: `0.5, 0.7, 1` in the field Weight makes three outputs, and the inputs are read once. Task arithmetic chooses its factor by results on data held back for that. Do the same with questions of your own.",
      },
      chat: {
        title: "Talk to it as to the chat model",
        text: "It has learned the chat model’s format. Chat template and end of turn (eos) therefore come from the last chat model, in the authors’ code and on the page. Ask over several turns, not just once: the paper has a case study of this.",
      },
      result: {
        title: "Look into it, and compare",
        text: "Inspect shows how large the vector is against the base, layer by layer, and which way it points against target − base; it warns where models do not seem to belong together. Then load the folder with `transformers` or `vllm`, and put the same questions to the target, the chat model and the merged model.",
      },
      unknown: {
        title: "Know what nobody knows",
        text: "No number tells before the merge whether it will be good. λ = 1 is a habit, not an optimum, and what holds for one family may not hold for the next. A tiny model shows how the arithmetic works; its figures say nothing about large ones. Refusals and other safety training may come out weaker: test them. And a merge is made of all its models: read the licence of each.",
      },
    },
  },

  example: {
    title: "A worked example: `mistral_tv-neural-marconroni`",
    about:
      "It is Mistral 7B with two chat vectors, those of neural-chat and marcoroni. No other target was given, so the base itself is the target:",
    formula: ["merged = base", "+ λ₁ (neural-chat − base)", "+ λ₂ (marcoroni − base)"],
    base: "Base and target",
    chats: "Chat models",
    chatsAre: "neural-chat 7B (Intel) and marcoroni 7B (AIDC-ai-business)",
    size: "Size",
    sizeIs: "7.24 billion parameters, saved as F32 in safetensors",
    weights: "λ₁ and λ₂",
    weightsAre:
      "1 and 1 in the recipe below, where every merge begins. Which weights were used is not known here.",
    versions: "Versions",
    versionsAre:
      "The model’s card says no more than “neural-chat” and “marconroni”. Both have several versions, and which were taken is not known here. Take ones whose cards say that they were tuned from Mistral-7B-v0.1: others are no family with this base.",
    two: "Two whole vectors may be too much where both pull the same way. Inspect shows the cosine between them; then try 0.5 and 0.5, as in the authors’ example with two vectors.",
    open: "Open this recipe in the page that merges",
    download: "Download the recipe",
    opened:
      "It fills in the weights, the names and the output’s dtype, F32. The three models you give yourself.",

    costs: "What it costs",
    what: "What",
    sum: "How it is reckoned",
    much: "How much",
    input: "To read: three models in BF16",
    inputSum: (parameters: string) => `3 × ${parameters} × 2 bytes`,
    output: "To write: one model in F32",
    outputSum: (parameters: string) => `${parameters} × 4 bytes`,
    twice: "Room on the disk, saved to Downloads",
    twiceSum: "twice, until you delete the browser’s copy",
    once: "Room on the disk, in a folder you choose",
    onceSum: "once",
    half: "The same output in BF16",
    halfSum: (parameters: string) => `${parameters} × 2 bytes`,
    time: (rate: string) => `Time, by a disk that does ${rate}`,
    timeSum: "read + written bytes ÷ rate",
    measured:
      "Measured once each, on two cores, with models of these shapes: 52 s and 102 MB of memory in Chromium, 78 s and 65 MB in Firefox. The files were mostly holes, which read faster than a disk does.",
  },

  exercises: {
    title: "Exercises",
    about:
      "Each begins with a state of the miniature in part 2. Change it there and let it measure: what you reach is ticked here, and stays ticked in this browser.",
    notYet: "Load the models in part 2 first.",
    start: "Set up the miniature",
    startOf: (exercise: string) => `Set up the miniature: ${exercise}`,
    done: "Done",
    open: "Open",
    progress: (done: number, all: number) => `${done} of ${all} done`,
    again: "Forget what I have done",
    hint: "Hint",
    hintOf: (exercise: string) => `Hint: ${exercise}`,
    goal: "Goal:",
    measures: {
      instructions: "Instructions",
      turns: "Turns",
      refusals: "Refusals",
      language: "Language",
      loss: "Loss",
    },
    lack: {
      atLeast: (measure: string, value: string, limit: string) =>
        `${measure}: now ${value}, needed at least ${limit}.`,
      atMost: (measure: string, value: string, limit: string) =>
        `${measure}: now ${value}, needed at most ${limit}.`,
      between: (low: string, high: string) =>
        `λ = ${high} is enough, λ = ${low} is not: try between them.`,
      todo: {
        lower: "Now try a lower λ.",
        "all-modules": "Let all modules take part.",
        "with-embeddings": "Measure with embeddings first.",
        "without-embeddings": "Now the same without embeddings.",
        everything: "Measure the same λ with all modules and layers first.",
        less: "Now only some: attention or MLPs alone, or fewer layers.",
        "with-zero": "Measure the same with a λ of 0 in place of the one below 0 first.",
        "below-zero": "Now a λ below 0.",
      },
    },
    found: (measure: string, before: string, after: string) => `${measure}: ${before} before, ${after} after.`,
    exercise: {
      both: {
        title: "Both at once",
        task: "The target speaks language B and cannot answer. The chat model answers, in language A. Find a λ with which the merged model answers in B.",
        goal: (answers: string, keeps: string) =>
          `Instructions at least ${answers} and Language at least ${keeps}.`,
        hint: "With λ = 0 it is the target. Raise λ in steps of 0.1, and look at both measures each time.",
      },
      smallest: {
        title: "As little as possible",
        task: "Find the smallest λ with which it answers. Change nothing but λ.",
        goal: (answers: string, step: string) =>
          `Instructions at least ${answers} with one λ, and less with another that is at most ${step} lower.`,
        hint: "Halve the way: between a λ that is enough and one that is not, try the middle. Does the skill come slowly or at once?",
      },
      slip: {
        title: "Too much",
        task: "Go so far that the merged model loses its feeling for B: its own language begins to surprise it.",
        goal: (slips: string) => `Loss at least ${slips}.`,
        hint: "Go beyond 1, and look at the loss: what does the target have? The second vector takes part in this, too.",
      },
      embeddings: {
        title: "Without embeddings",
        task: "Take a λ with which it answers. Then leave embeddings and output head out. Does the skill survive?",
        goal: (answers: string) =>
          `The same λ measured with embeddings, Instructions at least ${answers}, and without.`,
        hint: "Whatever comes out is right: the goal is to compare. Chat models have special tokens for whose turn it is; where are these learned?",
      },
      where: {
        title: "Where the skill lives",
        task: "Let only some of the vector take part: attention alone, MLPs alone, or a range of layers. Find less than all of it that keeps most of the skill.",
        goal: (survives: string) =>
          `Instructions at least ${survives} of what the whole vector has with the same λ.`,
        hint: "Leave out one end of the layers at a time. A part alone may need a larger λ; measure the whole with that, too.",
      },
      forget: {
        title: "Forgetting",
        task: "Subtract a vector: with a λ below 0, make the model forget a skill that it has with 0 in its place.",
        goal: (isThere: string, left: string) =>
          `Instructions, Turns or Refusals at least ${isThere} with 0, and at most ${left} of that with the λ below 0.`,
        hint: "A target that cannot answer has nothing to forget: give it the chat vector with λ = 1, and subtract the second one.",
      },
      polite: {
        title: "Answers, and no refusals",
        task: "Make a model that answers and refuses nothing.",
        goal: (answers: string, refuses: string) =>
          `Instructions at least ${answers} and Refusals at most ${refuses}.`,
        hint: "The two skills came in by different vectors or layers. Subtract a little of one, or leave layers out, and raise λ where answers get lost. In a real model, think first about what it should refuse.",
      },
    },
  },

  sheet: {
    title: "For teachers",
    about: "A sheet to print: goals, a plan for 45 minutes, the exercises with room for answers, and a page of hints.",
    show: "Look at the sheet",
    print: "Print the sheet",
    heading: "Chat vectors: models as arithmetic",
    subheading: "A lesson of 45 minutes",
    page: "The page:",
    goals: "Goals",
    goal: {
      vector: "Say what a chat vector is, and compute a merge by hand with two weights for each model.",
      lambda: "Foretell what λ = 0, a larger λ and a negative λ do, and check it.",
      measure: "Judge a merge by measures, not by one answer, and name what they do not show.",
    },
    needs: "Prerequisites",
    need: {
      maths: "Adding vectors, and multiplying them by a number.",
      models: "A language model continues text; what it does is in its weights. No programming.",
      device: "A browser for each person or pair. Nothing to install, no account; once opened, the page works offline.",
    },
    formula: "The formula",
    plan: "Plan",
    minutes: "Minutes",
    what: "What",
    plans: {
      start: "What tuning changes. Base, chat model and target, with examples. The formula.",
      plane:
        "Part 1 of the page, in pairs: Add nothing, Target = base, Right angle, Too far. Then the sum by hand.",
      tiny: "Part 2: put a question to each model, then exercises 1 to 4. Who is done takes 5 to 7.",
      compare: "Compare: which λ did each pair find? What did embeddings do, and where does the skill live?",
      real: "Part 3: what it takes with real models, and what nobody knows beforehand.",
    },
    students: "Exercises",
    name: "Name:",
    date: "Date:",
    byHand: "By hand",
    byHandTask:
      "Base (1, 2), chat model (3, 1), target (0, 4), λ = 0.5. Compute the chat vector and the merged model. Draw all points.",
    vectorIs: "Chat vector:",
    mergedIs: "Merged model:",
    state: "What I set:",
    measured: "What it measured:",
    why: "Why, I think:",
    hints: "Answers and hints",
    byHandAnswer:
      "Chat vector (3, 1) − (1, 2) = (2, −1). Merged model (0, 4) + 0.5 · (2, −1) = (1, 3.5).",
    hintsAbout:
      "Several answers are right wherever the page ticks the exercise. Do the exercises once yourself. The table says what the page’s own models measured, merged with some λ, when they were made.",
    talk: "To talk about",
    talks: {
      one: "Why must the base be the same? What would the difference of two strangers mean?",
      two: "The measures count right words. What would they not notice?",
      three: "A vector can take refusals away. Who should decide what a model refuses?",
    },
    sources: "Read on",
  },
};

export type LessonText = typeof lesson;
