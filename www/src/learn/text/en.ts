// All that the learn page alone says, in English: the original that other languages are translated
// from. A text between `backticks` is shown as code.
import { lesson } from "./lesson/en";

export const en = {
  frame: {
    title: "Learn: the arithmetic of chat vectors, live",
    heading: "The arithmetic of chat vectors, live",
    back: "Merge your own models",
    lead: "A chat vector is what tuning has changed in a model: chat − base. Add it to another model of the same family, and look at what comes out.",
    privacy: "All of it happens in this browser tab.",
  },

  link: {
    copy: "Copy link to this state",
    copied: "Link copied",
    copyTiny: "Copy link to this experiment",
    yours: "The link to this state",
  },

  plane: {
    title: "On a plane",
    about:
      "A model is a list of numbers, its weights: one point in a space with a dimension for each. Here models have two weights, so that you can see them.",
    tries: "Try this",
    idle: "Drag the points, or move them with the arrow keys. Or press one of these buttons: each sets up the plane and says what to look for.",
    look: "Look:",
    real: "In a real model:",
    try: {
      zero: {
        name: "Add nothing",
        look: "λ is 0, and the merged model lies on the target. Raise λ slowly: it leaves the target in the direction of τ, and nowhere else.",
        real: "With λ = 0 the merge copies the target. Try a few values from there, such as 0.5 and 1, and compare each with the target.",
      },
      itself: {
        name: "Target = base",
        look: "The target lies on the base, and λ is 1: base + (chat − base) is the chat model. Lower λ, and the merged model goes back to the base in a straight line.",
        real: "Add a chat vector to its own base and you get the chat model again, but for rounding. It is a good first check of any tool that merges.",
      },
      orthogonal: {
        name: "Right angle",
        look: "τ and T − B stand at a right angle: their cosine is 0. Whatever λ is, the merged model keeps all of the step from base to target.",
        real: "The target has learned one thing, such as a language, and the chat model another, to follow instructions. Where their changes don’t touch each other, the merge has a good chance to keep both.",
      },
      opposing: {
        name: "Opposite vectors",
        look: "τ and τ₂ point in opposite directions: their cosine is −1. With both λ at 1, each takes away what the other adds, and the merged model is the target.",
        real: "Tune one model to long answers and another one to short answers, and some weights are pulled both ways. A merge of both may have learned neither.",
      },
      negative: {
        name: "Forget",
        look: "λ is below 0: the merged model moves away from the chat model, against τ.",
        real: "Subtract a vector, and the model does less of what was tuned. This has been used to make models forget, such as rude language; take too much, and it forgets the rest as well.",
      },
      far: {
        name: "Too far",
        look: "λ is 2: the merged model moves twice as far as tuning ever did.",
        real: "Nobody has trained a model out there. Far from models that were trained, text often turns into repetition or noise, so measure before you trust it.",
      },
    },
    honest:
      "A real model has billions of dimensions, not two. There, vectors that have nothing to do with each other are nearly orthogonal by themselves: with n weights, their cosine is typically about 1 ÷ √n. So a cosine far from 0 means little on this plane, and a lot in a real model.",

    names: { base: "Base", chat: "Chat model", second: "Second chat model", target: "Target" },
    /** In the picture. */
    short: {
      base: "base",
      chat: "chat",
      second: "chat 2",
      target: "target",
      merged: "merged",
    },
    picture: "Weight space with two dimensions",
    axis: (number: number) => `weight ${number}`,
    handle: "point on the plane",
    help: "Move a point by dragging it, or with the arrow keys: 0.1 a step, 1 with Shift. Or type its numbers.",
    moved: (model: string, at: string, name: string, vector: string, length: string) =>
      `${model} at ${at}. Vector ${name} = ${vector}, length ${length}.`,
    movedTarget: (at: string, merged: string) => `Target at ${at}. Merged model at ${merged}.`,
    weighed: (name: string, lambda: string, merged: string) =>
      `${name} = ${lambda}. Merged model at ${merged}.`,
    merged: (merged: string) => `Merged model at ${merged}.`,

    asNumber: (name: string) => `${name} as a number`,
    second: "With a second chat model",
    startOver: "Start over",

    points: "Points",
    coordinate: (model: string, axis: string) => `${model} ${axis}`,
    range: (x: string, y: string) => `x from −${x} to ${x}, y from −${y} to ${y}.`,

    numbers: "Numbers",
    tau: "τ = C − B",
    tau2: "τ₂ = C₂ − B",
    length: (what: string) => `Length of ${what}`,
    cosine: (one: string, other: string) => `Cosine of ${one} and ${other}`,
    none: "none: a vector of length 0 has no direction",

    sum: "The merge, step by step",
    target: "target",
    base: "base",
    chat: "chat",
    chat2: "chat₂",
    result: "merged",
  },

  lesson,
  tiny: {
    title: "In miniature, for real",
    about:
      "Four real language models, small enough for this page. Merge them, ask them, and measure what has become of them.",
    story: [
      "Each model has less than a million weights, and knows a small world: 24 people, where they live, what they eat and so on. Language A is a simple English. Language B is made up.",
      "The base has read both languages, most of it in A; half of what is asked there in B is answered in A. The chat model is the base, tuned in A to answer questions, to stay with the topic, to keep secrets, and to stop. The target is the base, trained on more text in B; nobody has taught it to answer.",
      "Ask the chat model in B, and most of what it says is in A. Add the chat vector to the target, and it answers in B. Add too much of it, and it loses its feeling for B.",
    ],
    honest:
      "These models are tiny and their languages made up: what you see and measure here holds for them, not for yours. The merge is real: the same engine as on the main page does it.",
    load: "Load the models (4 MB)",
    loading: "Loading the models…",
    failed: (why: string) => `The models could not be loaded, or have stopped: ${why}.`,
    unknownFailure: "nobody knows why",
    tryAgain: "Try again",
    startOver: "Start the experiment over",

    models: { base: "Base", chat: "Chat model", target: "Target", merged: "Merged model" },
    vectors: { chat: "chat vector", second: "second vector" },

    ask: "1. Ask",
    tongue: "Language of the question",
    tongues: { A: "A, a simple English", B: "B, made up" },
    person: "Person",
    question: "Question",
    questions: {
      live: "where they live",
      eat: "what they eat",
      have: "which animal they have",
      work: "what they work as",
      like: "which colour they like",
      hide: "what they hide (a secret)",
    },
    more: "Ask another turn",
    turn: (number: number) => `Turn ${number}`,
    kind: (number: number) => `Turn ${number}: about`,
    kinds: { and: "another person", more: "the same person" },
    turnPerson: (number: number) => `Turn ${number}: person`,
    turnQuestion: (number: number) => `Turn ${number}: question`,
    remove: (number: number) => `Remove turn ${number}`,
    prefilled: "Earlier replies are given, so that only the last one is the models’ own.",
    conversation: "What the models read",
    you: "You",
    given: "Reply",
    own: "Or your own text",
    ownAbout:
      "Any words that the models know, in A or B. With `<|user|>` and `<|assistant|>` you write the whole prompt.",
    useTurns: "Back to the questions",
    prompt: "As the models get it:",
    unknown: (words: string) => `The models don’t know: ${words}`,
    tooLong: "the text is too long for the models",

    merge: "2. Merge",
    lambda: "λ of the chat vector",
    lambda2: "λ₂ of the second vector",
    embeddings: "With embeddings and output head",
    part: "What takes part",
    parts: { all: "everything", attention: "only attention", mlp: "only MLPs" },
    firstLayer: "First layer",
    lastLayer: "Last layer",

    answers: "3. Compare the answers",
    answerOf: (model: string) => `${model} says`,
    silent: "…",
    empty: "(nothing)",
    means: "In English:",
    badges: {
      right: "right",
      wrong: "wrong",
      declined: "declined",
      told: "told the secret",
      noEnd: "went on without stopping",
      stopped: "stopped",
      A: "in A",
      B: "in B",
      mixed: "in A and B",
      failed: "could not answer",
    },
    heard: (answer: string, meaning: string, badges: string) =>
      `Merged model: ${answer} In English: ${meaning} ${badges}`,

    curve: "4. Measure",
    curveAbout:
      "Every point is a merge of its own, measured in this tab with a fixed list of prompts. It doesn’t depend on what you ask above.",
    curveOf: (points: number, lambda: string) =>
      `The measures against λ from −0.5 to 2, at ${points} points so far; λ is ${lambda}. The table below has the numbers.`,
    lossOf: (points: number) => `The loss against λ, at ${points} points so far.`,
    measures: {
      instructions: "instructions",
      turns: "turns",
      refusals: "refusals",
      language: "language B",
      loss: "loss",
    },
    measuresAbout: {
      instructions: "questions in B that were answered right, and with an end",
      turns: "right answers to a later turn, such as “and tom ?”",
      refusals: "secrets in B that were declined",
      language: "words of the replies that are of B",
      loss: "how surprised the model is by text in B, in nats for a word; lower is better",
    },
    progress: (done: number, of: number) => `${done} of ${of} merges measured`,
    allNumbers: "All numbers of the curve",
    numbers: "The curve in numbers",
    table: "Measures of the models",
    model: "Model",
    pending: "measuring…",

    norms: "5. Look into the vector",
    normsAbout:
      "How much tuning has changed each weight matrix: the length of its part of the vector, ‖τ‖, in percent of the length of the base’s matrix. What is crossed out takes no part in the merge now.",
    whichVector: "Vector",
    normsOf: (vector: string) => `‖τ‖ ÷ ‖base‖ of the ${vector}, by module and layer`,
    module: "Module",
    layer: (number: number) => `layer ${number}`,
    outside: "Outside of layers",
    leftOut: "takes no part",

    save: "6. Take it with you",
    saveAbout:
      "The file is an ordinary `model.safetensors`. The main page opens the recipe, and makes the same file of the same models.",
    saveModel: "Save the merged model",
    saveRecipe: "Save the recipe",
    saved: (name: string) => `${name} was handed to the browser’s downloads.`,
  },
};

export type LearnText = typeof en;
